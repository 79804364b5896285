namespace GoHub.ClusterTests.Hosting;

/// <summary>The servers the tests start: killed, they come back on the same port, with or without what they kept.</summary>
public sealed class BusServerTests
{
    [Fact]
    public async Task Redis_comes_back_on_its_port_with_its_data_if_it_keeps_any()
    {
        foreach (var keeps in new[] { true, false })
        {
            await using var redis = await RedisServer.StartNewAsync(keeps);
            Assert.Equal("+OK", await redis.CommandAsync("SET", "a", "1"));
            await redis.KillAsync();
            await redis.StartAsync();
            Assert.Equal(keeps ? "$1" : "$-1", await redis.CommandAsync("GET", "a"));
        }
    }

    [Fact]
    public async Task Nats_comes_back_on_its_port()
    {
        await using var nats = await NatsServer.StartNewAsync();
        await nats.KillAsync();
        await nats.StartAsync();
        nats.Pause();
        nats.Resume();
    }
}
