using System.Text.Json.Serialization.Metadata;
using GoHub.Client.Requests;
using GoHub.Client.Sending;

namespace GoHub.Client.Tests.Requests;

public sealed class PendingRequestsTests
{
    private readonly CountingTime _time = new();

    [Fact]
    public void OneTimer_ServesThousands()
    {
        var pending = new PendingRequests(_time);

        for (var id = 1; id <= 5000; id++)
        {
            pending.Add(Request(id), TimeSpan.FromSeconds(10));
        }

        Assert.Equal(1, _time.Made);
        Assert.Equal(0, _time.Changes);
    }

    [Fact]
    public void TheTimer_IsGoneWhenNothingWaits()
    {
        var pending = new PendingRequests(_time) { TimedOut = _ => { } };
        pending.Add(Request(1), TimeSpan.FromSeconds(10));
        pending.Take(1);

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0, _time.Alive);

        pending.Add(Request(2), TimeSpan.FromSeconds(10));
        Assert.Equal(1, _time.Alive);
        pending.TakeAll(_ => true);
        pending.Stop();
        Assert.Equal(0, _time.Alive);
    }

    [Fact]
    public void AnEarlierDeadline_IsHeeded()
    {
        List<long> due = [];
        var pending = new PendingRequests(_time) { TimedOut = r => due.Add(r.Id) };
        pending.Add(Request(1), TimeSpan.FromSeconds(10));
        pending.Add(Request(2), TimeSpan.FromSeconds(2));
        pending.Add(Request(3), TimeSpan.FromSeconds(30));

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([2], due);
        _time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal([2, 1], due);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal([2, 1, 3], due);
        Assert.Equal(0, _time.Alive);
        Assert.Equal(0, pending.Count);
    }

    [Fact]
    public void Take_GivesARequestOnce()
    {
        var pending = new PendingRequests(_time);
        pending.Add(Request(1), TimeSpan.FromSeconds(10));

        Assert.NotNull(pending.Take(1));
        Assert.Null(pending.Take(1));
        pending.Stop();
    }

    private static PendingRequest<int> Request(long id)
    {
        var info = (JsonTypeInfo<int>)new GoHubClientOptions().Json.GetTypeInfo(typeof(int));
        var request = new PendingRequest<int>(id, "x", info);
        request.Item = new OutboxItem([], request: request);
        return request;
    }
}
