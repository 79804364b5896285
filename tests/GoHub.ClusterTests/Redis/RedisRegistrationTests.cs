using GoHub.Bus;
using GoHub.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace GoHub.ClusterTests.Redis;

/// <summary>How an app chooses Redis, and what it is told if it says it wrong.</summary>
public sealed class RedisRegistrationTests
{
    [Fact]
    public void AddRedis_chooses_redis_once_and_sets_where_it_is()
    {
        using var services = Services(b => b.AddRedis("one:1").AddRedis("two:2", r => r.KeyPrefix = "p:"));
        var cluster = services.GetRequiredService<IOptions<GoHubOptions>>().Value.Cluster;
        Assert.Equal(("redis", "two:2", "p:"), (cluster.Bus, cluster.Redis.Configuration, cluster.Redis.KeyPrefix));
        Assert.Single(services.GetServices<BusProvider>());
        Assert.IsType<RedisBus>(BusChoice.Create(services, services.GetServices<BusProvider>(), services.GetRequiredService<IOptions<GoHubOptions>>()));
    }

    [Fact]
    public void Configuration_wins()
    {
        using var services = Services(b => b.AddRedis(), "Bus=none", "Redis:Configuration=elsewhere:1");
        var cluster = services.GetRequiredService<IOptions<GoHubOptions>>().Value.Cluster;
        Assert.Equal(("none", "elsewhere:1"), (cluster.Bus, cluster.Redis.Configuration));
    }

    [Fact]
    public void The_provider_alone_chooses_nothing()
    {
        using (var services = Services(b => b.AddRedisProvider()))
        {
            Assert.True(string.IsNullOrEmpty(services.GetRequiredService<IOptions<GoHubOptions>>().Value.Cluster.Bus));
        }
        using (var services = Services(b => b.AddRedisProvider(), "Bus=Redis"))
        {
            Assert.Equal("Redis", services.GetRequiredService<IOptions<GoHubOptions>>().Value.Cluster.Bus);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("password=topsecret")]
    [InlineData("localhost,passwort=topsecret")]
    [InlineData("localhost,ssl=topsecret")]
    [InlineData("localhost,connectTimeout=topsecret")]
    public void What_cannot_be_read_is_named_without_a_secret(string configuration)
    {
        var problem = Assert.Single(Problems(configuration, "gohub:"));
        Assert.StartsWith("GoHub:Cluster:Redis:Configuration", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("a{b}:", true)]
    [InlineData("a\nb", false)]
    [InlineData("\0", false)]
    public void A_prefix_may_be_empty_but_holds_no_control_characters(string prefix, bool isGood)
    {
        var problems = Problems("localhost:6379", prefix);
        Assert.Equal(isGood, problems.Count == 0);
        Assert.All(problems, p => Assert.StartsWith("GoHub:Cluster:Redis:KeyPrefix", p, StringComparison.Ordinal));
    }

    [Fact]
    public void Redis_is_not_checked_where_it_is_not_the_bus() =>
        Assert.True(new RedisOptionsValidator().Validate(null, new GoHubOptions { Cluster = { Bus = "none", Redis = { Configuration = "" } } }).Skipped);

    private static IReadOnlyCollection<string> Problems(string configuration, string prefix) =>
        [.. new RedisOptionsValidator().Validate(null, new GoHubOptions { Cluster = { Bus = "redis", Redis = { Configuration = configuration, KeyPrefix = prefix } } }).Failures ?? []];

    private static ServiceProvider Services(Action<GoHubBuilder> add, params string[] settings)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"GoHub:Cluster:{s.Split('=')[0]}", (string?)s.Split('=', 2)[1])))
            .Build());
        add(services.AddGoHub(o => o.Auth.AllowAnonymous = true));
        return services.BuildServiceProvider();
    }
}
