using GoHub.Connections;
using GoHub.Lifetime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GoHub.Tests.Lifetime;

public sealed class DrainTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Stopping_SaysNotReadyAtOnce()
    {
        await using var node = new Node();
        var (drain, state) = await StartAsync(node);
        Assert.True(state.IsReady);
        Connect(node, leaves: false);

        var stopping = drain.StoppingAsync(TestContext.Current.CancellationToken);

        Assert.False(state.IsReady);
        Assert.True(state.IsDraining);
        Assert.False(stopping.IsCompleted);
    }

    [Fact]
    public async Task Stopping_WithoutConnections_IsDoneAtOnce()
    {
        await using var node = new Node();
        var (drain, _) = await StartAsync(node);

        Assert.True(drain.StoppingAsync(TestContext.Current.CancellationToken).IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(200)]
    public async Task Stopping_ClosesAtTheRate(int rate)
    {
        await using var node = new Node(o => o.Drain.Rate = rate);
        var (drain, _) = await StartAsync(node);
        var channels = Enumerable.Range(0, rate * 2).Select(_ => Connect(node, leaves: true)).ToArray();

        var stopping = drain.StoppingAsync(TestContext.Current.CancellationToken);
        await Pass(node, TimeSpan.FromSeconds(1));

        // One at once, then the rate's worth; a tick's worth more or less.
        Assert.InRange(channels.Count(c => c.Closes.Count > 0), rate - (rate / 20), rate + (rate / 20) + 1);
        Assert.False(stopping.IsCompleted);
        await Pass(node, TimeSpan.FromSeconds(1.2));
        await stopping.Soon();
        Assert.All(channels, c => Assert.Equal(GoHubCloseCode.ServiceRestart, Assert.Single(c.Closes, c => true).Code));
        Assert.Equal(0, node.Connections.Count);
    }

    [Fact]
    public async Task Stopping_TellsOnlyWhoUnderstandsIt_WhenToReconnect()
    {
        await using var node = new Node();
        var (drain, _) = await StartAsync(node);
        var (modern, old) = (Connect(node, leaves: true, wantsNotices: true), Connect(node, leaves: true));

        var stopping = drain.StoppingAsync(TestContext.Current.CancellationToken);
        await Pass(node, TimeSpan.FromSeconds(1));
        await stopping.Soon();

        Assert.Empty(old.Sent);
        var told = System.Text.Json.JsonElement.Parse(Assert.Single(modern.Sent).Payload);
        Assert.Equal("reconnect", told.Type());
        Assert.InRange(told.Data().GetProperty("reconnect_in").GetInt32(), 0, 999);
        Assert.StartsWith("restart, reconnect in ", modern.Closes[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_AtTheDeadline_CutsOffWhoIsLeft()
    {
        await using var node = new Node(o => o.Drain.Timeout = TimeSpan.FromSeconds(5));
        var (drain, _) = await StartAsync(node);
        var stuck = Connect(node, leaves: false);

        var stopping = drain.StoppingAsync(TestContext.Current.CancellationToken);
        await Pass(node, TimeSpan.FromSeconds(4.9));
        Assert.False(stopping.IsCompleted);
        await Pass(node, TimeSpan.FromSeconds(0.2));
        await Waiting.Until(() => stuck.Closes.Count == 2);
        Assert.Equal(0, stuck.Aborts);
        // The moment to hear it passes, however late the drain begins to wait for it.
        await Waiting.Until(() =>
        {
            node.Time.Advance(Tick);
            return stopping.IsCompleted;
        });
        await stopping;
        Assert.True(stuck.Aborts > 0);
    }

    [Fact]
    public async Task Stopping_AlsoClosesWhoWasJustBeingAccepted()
    {
        await using var node = new Node();
        var (drain, _) = await StartAsync(node);
        var first = Connect(node, leaves: false);
        var stopping = drain.StoppingAsync(TestContext.Current.CancellationToken);
        await Pass(node, TimeSpan.FromSeconds(1));

        // Admitted before the drain began, registered after it.
        var late = Connect(node, leaves: true);
        first.Ended?.Invoke();
        await Waiting.Until(() =>
        {
            node.Time.Advance(Tick);
            return late.Closes.Count > 0;
        });

        Assert.Equal(GoHubCloseCode.ServiceRestart, Assert.Single(late.Closes).Code);
    }

    private static async Task<(Drain Drain, NodeState State)> StartAsync(Node node)
    {
        var drain = node.Get<IEnumerable<IHostedService>>().OfType<Drain>().Single();
        await drain.StartedAsync(TestContext.Current.CancellationToken);
        return (drain, node.Get<NodeState>());
    }

    private static RecordingChannel Connect(Node node, bool leaves, bool wantsNotices = false)
    {
        var (connection, channel) = node.Connect(wantsNotices: wantsNotices);
        channel.Ended = leaves ? () => node.Disconnect(connection) : null;
        return channel;
    }

    // Each tick's continuations run before the next tick.
    private static async Task Pass(Node node, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Tick)
        {
            node.Time.Advance(Tick);
            for (var i = 0; i < 5; i++)
            {
                await Task.Yield();
            }
        }
    }
}
