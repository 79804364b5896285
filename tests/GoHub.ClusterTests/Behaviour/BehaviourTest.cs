namespace GoHub.ClusterTests.Behaviour;

/// <summary>A test with two users, each on a node of its own where there are two.</summary>
public abstract class BehaviourTest(BehaviourCluster cluster) : IAsyncLifetime
{
    private Caller? _a;
    private Caller? _b;

    private protected BehaviourCluster Cluster => cluster;

    /// <summary>A user on the first node.</summary>
    private protected Caller A => _a!;

    /// <summary>Another user on the second.</summary>
    private protected Caller B => _b!;

    private protected string Room { get; } = $"room-{Guid.NewGuid():N}"[..16];

    private protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _a = await Caller.ConnectAsync(cluster.A, Name("alice"));
        _b = await Caller.ConnectAsync(cluster.B, Name("bob"));
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await A.DisposeAsync();
        await B.DisposeAsync();
    }

    /// <summary>A name that no other test uses.</summary>
    private protected string Name(string name) => $"{name}-{Room[5..]}";

    private protected async Task BothJoinAsync()
    {
        await A.CreateAsync(Room);
        await A.JoinAsync(Room);
        await B.JoinAsync(Room);
    }
}
