using GoHub.Connections;
using Microsoft.Extensions.Time.Testing;

namespace GoHub.Tests.Connections;

public sealed class MessageRateTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Take_OfABurst_PassesOneSecondsWorth()
    {
        var rate = new MessageRate(20);

        Assert.Equal(20, Enumerable.Range(0, 40).Count(_ => rate.Take(_time) == RateVerdict.Pass));
    }

    [Fact]
    public void Take_AsTimePasses_RefillsSteadilyAndNeverAboveASecondsWorth()
    {
        var rate = new MessageRate(10);
        Drain(rate);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(RateVerdict.Pass, rate.Take(_time));
        Assert.Equal(RateVerdict.Drop, rate.Take(_time));

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(10, Drain(rate));
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(10, 100)]
    [InlineData(50, 500)]
    public void Take_OfWhoNeverStops_Closes(int perSecond, int patience)
    {
        var rate = new MessageRate(perSecond);
        Drain(rate);
        // The drain's own drop counts as the first.
        for (var i = 0; i < patience - 2; i++)
        {
            Assert.Equal(RateVerdict.Drop, rate.Take(_time));
        }

        Assert.Equal(RateVerdict.Close, rate.Take(_time));
    }

    [Fact]
    public void Take_AfterAPause_StartsToCountAgain()
    {
        var rate = new MessageRate(10);
        for (var round = 0; round < 20; round++)
        {
            Drain(rate);
            for (var i = 0; i < 90; i++)
            {
                Assert.Equal(RateVerdict.Drop, rate.Take(_time));
            }
            _time.Advance(TimeSpan.FromSeconds(1.1));
        }
    }

    private int Drain(MessageRate rate)
    {
        var passed = 0;
        while (rate.Take(_time) == RateVerdict.Pass)
        {
            passed++;
        }
        return passed;
    }
}
