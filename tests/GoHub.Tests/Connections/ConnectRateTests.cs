using GoHub.Connections;
using Microsoft.Extensions.Time.Testing;

namespace GoHub.Tests.Connections;

public sealed class ConnectRateTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryEnter_WithoutALimit_LetsEverybodyIn()
    {
        var rate = new ConnectRate(0, _time);

        Assert.All(Enumerable.Range(0, 10_000), _ => Assert.Equal(0, rate.TryEnter()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public void TryEnter_InAnyOneSecond_LetsInNoMoreThanTheLimit(int limit)
    {
        var rate = new ConnectRate(limit, _time);
        var random = new Random(limit);
        var entered = new List<DateTimeOffset>();
        for (var i = 0; i < 5_000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(random.Next(4)));
            if (rate.TryEnter() == 0)
            {
                entered.Add(_time.GetUtcNow());
            }
        }

        Assert.True(entered.Count > limit);
        for (var i = limit; i < entered.Count; i++)
        {
            Assert.True(entered[i] - entered[i - limit] >= TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void TryEnter_GivesThoseItRefusesTheirTurnOneAfterTheOther()
    {
        var rate = new ConnectRate(10, _time);
        Assert.All(Enumerable.Range(0, 10), _ => Assert.Equal(0, rate.TryEnter()));

        var waits = Enumerable.Range(0, 35).Select(_ => rate.TryEnter()).ToArray();

        // Ten fit into each second after the first.
        Assert.Equal([.. Enumerable.Repeat(2, 10), .. Enumerable.Repeat(3, 10), .. Enumerable.Repeat(4, 10), .. Enumerable.Repeat(5, 5)], waits);
    }

    [Fact]
    public void TryEnter_SendsNobodyAwayForMoreThanAMinute()
    {
        var rate = new ConnectRate(1, _time);
        Assert.Equal(0, rate.TryEnter());

        Assert.Equal(60, Enumerable.Range(0, 1_000).Max(_ => rate.TryEnter()));
    }

    [Fact]
    public void TryEnter_AfterTheRush_IsFreeAgain()
    {
        var rate = new ConnectRate(5, _time);
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(0, rate.TryEnter()));
        Assert.NotEqual(0, rate.TryEnter());

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(0, rate.TryEnter()));
    }
}
