using GoHub.Connections;

namespace GoHub.Tests.Connections;

public sealed class ConnectionRegistryTests : IAsyncDisposable
{
    private readonly Node _node = new();

    private ConnectionRegistry Registry => _node.Connections;

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public void Find_And_OfUser_KeepConnectionsAndUsersApart()
    {
        var (a, b) = (_node.Connect("anna").Connection, _node.Connect("anna").Connection);
        var trap = _node.Connect(a.ConnectionId).Connection;

        Assert.Equal(a, Registry.Find(a.ConnectionId));
        Assert.Equal([a, b], Registry.OfUser("anna").OrderBy(c => c == b));
        Assert.Equal([trap], Registry.OfUser(a.ConnectionId));
        Assert.Empty(Registry.OfUser("nobody"));
    }

    [Fact]
    public void Remove_Twice_CountsOnce()
    {
        var (a, b) = (_node.Connect("anna").Connection, _node.Connect("anna").Connection);
        Registry.Remove(a);
        Registry.Remove(a);

        Assert.Equal(1, Registry.Count);
        Assert.Equal([b], Registry.OfUser("anna"));
        Assert.Null(Registry.Find(a.ConnectionId));
        Assert.Equal([b], Registry.All);
    }

    [Fact]
    public async Task UserIndex_WhileConnectionsComeAndGo_LosesNobodyAndKeepsNobody()
    {
        var lost = 0;
        await Waiting.InParallel(4, t =>
        {
            for (var i = 0; i < 3000; i++)
            {
                var mine = _node.Connect("anna").Connection;
                if (!Registry.OfUser("anna").Contains(mine) || Registry.Find(mine.ConnectionId) != mine)
                {
                    Interlocked.Increment(ref lost);
                }
                Registry.Remove(mine);
                if (Registry.OfUser("anna").Contains(mine))
                {
                    Interlocked.Increment(ref lost);
                }
            }
        });

        Assert.Equal(0, lost);
        Assert.Equal(0, Registry.Count);
        Assert.Empty(Registry.All);
        Assert.Empty(Registry.OfUser("anna"));
    }

    [Fact]
    public void Ids_AreThirtyTwoUrlSafeCharactersAndAllDifferent()
    {
        var ids = new ConnectionIds();
        var drawn = Enumerable.Range(0, 10_000).Select(_ => ids.Next()).ToHashSet();

        Assert.Equal(10_000, drawn.Count);
        Assert.All(drawn, id => Assert.Matches("^[A-Za-z0-9_-]{32}$", id));
    }
}
