using GoHub.ClusterTests.Histories;
using GoHub.ClusterTests.Proxy;

namespace GoHub.ClusterTests.Faults;

/// <summary>P9: who is thrown out while a node is cut off from the bus is out there too, soon after it is back.</summary>
public abstract class Revocation(FaultBus bus)
{
    [Fact]
    public async Task Users_and_tokens_thrown_out_meanwhile_are_closed_on_a_node_that_was_cut_off()
    {
        await using var server = await bus.StartAsync();
        await using var proxyA = FaultProxy.Start(server.EndPoint);
        await using var proxyB = FaultProxy.Start(server.EndPoint);
        var options = $"Cluster:Namespace=f{Guid.NewGuid():N}";
        await using var a = await InProcessNode.StartNewAsync("a", hub => bus.Join(hub, proxyA), options);
        await using var b = await InProcessNode.StartNewAsync("b", hub => bus.Join(hub, proxyB), options);
        await Eventually.HoldsAsync("the nodes know each other", () => a.Hub.Nodes.Count == 2 && b.Hub.Nodes.Count == 2);

        var history = new History();
        var (stolen, token) = (TestTokens.For("carol", TestTokens.Everything), TestTokens.For("erin", TestTokens.Everything));
        await using var early = await RecordingClient.ConnectAsync(history, b.EndPoint, "dave", "b");
        await using var carol = await RecordingClient.ConnectAsync(history, b.EndPoint, "carol", "b", stolen);
        await using var erin = await RecordingClient.ConnectAsync(history, b.EndPoint, "erin", "b", token);
        await using var late = await RecordingClient.ConnectAsync(history, b.EndPoint, "frank", "b");
        await using var unharmed = await RecordingClient.ConnectAsync(history, b.EndPoint, "grace", "b");

        proxyB.Blackhole();
        // While the other still believes that it is there ...
        var kicked = await a.Hub.User("dave").DisconnectAsync(GoHubCloseCode.Forbidden, "out", TestContext.Current.CancellationToken);
        Assert.True(kicked.IsPartial, "A node that is cut off has not answered.");
        await a.Tokens.RevokeAsync(stolen, "stolen", TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync("each node is alone", () => a.Hub.Nodes.Count == 1 && !b.Hub.Nodes.IsConnected);
        // ... and when it does not any more.
        await a.Tokens.RevokeAsync(token, "stolen too", TestContext.Current.CancellationToken);
        await a.Hub.User("frank").DisconnectAsync(GoHubCloseCode.Forbidden, "out too", TestContext.Current.CancellationToken);
        Assert.DoesNotContain(history.Events, e => e.Op == Op.Ended);

        proxyB.Heal();
        var healed = history.Fault(Op.Healed);
        RecordingClient[] thrownOut = [early, carol, erin, late];
        try
        {
            await Eventually.HoldsAsync("they are out", () => thrownOut.All(c => c.CloseCode is not null), FaultCluster.BackWithin);
        }
        catch (TimeoutException e)
        {
            Assert.Fail($"{e.Message}: {string.Join(", ", thrownOut.Select(c => $"{c.Name} {c.CloseCode}"))}; the history is in {history.Save()}");
        }
        FaultCluster.Say($"out {(history.Now - healed).TotalSeconds:0.0} s after the heal");
        Assert.All(new[] { carol, erin }, c => Assert.Equal(4401, c.CloseCode));
        Assert.Null(unharmed.CloseCode);
        Assert.Empty(a.Errors);
        Assert.Empty(b.Errors);
    }
}

public sealed class RevocationOnNats() : Revocation(new OnNats());

public sealed class RevocationOnRedis() : Revocation(new OnRedis());
