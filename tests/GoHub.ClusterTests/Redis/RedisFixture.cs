namespace GoHub.ClusterTests.Redis;

/// <summary>One redis-server for the tests of a class.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    internal RedisServer Server { get; } = new();

    public async ValueTask InitializeAsync() => await Server.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
