using System.Net;
using GoHub.Connections;

namespace GoHub.Tests.Connections;

public sealed class ConnectionLimiterTests
{
    [Fact]
    public void TryEnter_WhenTheNodeIsFull_RefusesUntilOneLeaves()
    {
        var limiter = new ConnectionLimiter(new GoHubLimitOptions { Connections = 2 });

        Assert.Equal(LimitHit.None, limiter.TryEnter(null, null));
        Assert.Equal(LimitHit.None, limiter.TryEnter(null, null));
        Assert.Equal(LimitHit.Node, limiter.TryEnter(null, null));
        Assert.Equal(LimitHit.Node, limiter.TryEnter(null, null));
        limiter.Leave(null, null);
        Assert.Equal(LimitHit.None, limiter.TryEnter(null, null));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("fe80::1%1", "fe80::2%2", true)]
    public void TryEnter_CountsAnIPv4AddressOrAnIPv6Network(string first, string second, bool same)
    {
        var limiter = new ConnectionLimiter(new GoHubLimitOptions { ConnectionsPerIp = 1 });

        Assert.Equal(LimitHit.None, limiter.TryEnter(IPAddress.Parse(first), null));
        Assert.Equal(same ? LimitHit.Address : LimitHit.None, limiter.TryEnter(IPAddress.Parse(second), null));
        limiter.Leave(IPAddress.Parse(first), null);
        Assert.Equal(LimitHit.None, limiter.TryEnter(IPAddress.Parse(first), null));
    }

    [Fact]
    public void TryEnter_WhenTheUserIsRefused_TakesNoOtherPlace()
    {
        var limiter = new ConnectionLimiter(new GoHubLimitOptions { Connections = 2, ConnectionsPerIp = 2, ConnectionsPerUser = 1 });
        var address = IPAddress.Loopback;
        Assert.Equal(LimitHit.None, limiter.TryEnter(address, "anna"));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(LimitHit.User, limiter.TryEnter(address, "anna"));
        }

        Assert.Equal(LimitHit.None, limiter.TryEnter(address, "bert"));
        Assert.Equal(LimitHit.Node, limiter.TryEnter(address, "carl"));
        limiter.Leave(address, "anna");
        Assert.Equal(LimitHit.None, limiter.TryEnter(address, "anna"));
    }

    [Fact]
    public void TryEnterUser_OfASignInLater_CountsToo()
    {
        var limiter = new ConnectionLimiter(new GoHubLimitOptions { ConnectionsPerUser = 1 });
        Assert.Equal(LimitHit.None, limiter.TryEnter(null, null));
        Assert.True(limiter.TryEnterUser("anna"));
        Assert.False(limiter.TryEnterUser("anna"));

        limiter.Leave(null, "anna");

        Assert.True(limiter.TryEnterUser("anna"));
    }

    [Fact]
    public async Task TryEnter_WhenManyRace_NeverExceedsALimitAndForgetsNoPlace()
    {
        const int Threads = 4;
        var limiter = new ConnectionLimiter(new GoHubLimitOptions { Connections = 3, ConnectionsPerIp = 2, ConnectionsPerUser = 2 });
        var inside = 0;
        await Waiting.InParallel(Threads, t =>
        {
            var address = t % 2 == 0 ? IPAddress.Loopback : IPAddress.IPv6Loopback;
            for (var i = 0; i < 5000; i++)
            {
                if (limiter.TryEnter(address, "anna") == LimitHit.None)
                {
                    Assert.InRange(Interlocked.Increment(ref inside), 1, 2);
                    Interlocked.Decrement(ref inside);
                    limiter.Leave(address, "anna");
                }
            }
        });

        Assert.Equal(LimitHit.None, limiter.TryEnter(IPAddress.Loopback, "anna"));
        Assert.Equal(LimitHit.None, limiter.TryEnter(IPAddress.Loopback, "anna"));
        Assert.Equal(LimitHit.Address, limiter.TryEnter(IPAddress.Loopback, "anna"));
    }
}
