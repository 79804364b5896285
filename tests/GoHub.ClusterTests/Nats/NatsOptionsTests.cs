using GoHub.Bus;
using GoHub.Nats;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NATS.NKeys;

namespace GoHub.ClusterTests.Nats;

/// <summary>What the section GoHub:Cluster:Nats may hold, and how the bus is chosen.</summary>
public sealed class NatsOptionsTests : IDisposable
{
    private const string Section = "GoHub:Cluster:Nats";
    private const string Secret = "s3cret-never-shown";

    private readonly string _folder = Directory.CreateTempSubdirectory("gohub-nats-options-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string, Action<GoHubNatsOptions>> Mistakes => new()
    {
        { "Urls", "nats://host:4222", static n => n.Urls = ["http://host:4222"] },
        { "Urls", "nats://host:4222", static n => n.Urls = ["host:4222"] },
        { "Urls", "nats://host:4222", static n => n.Urls = ["nats://"] },
        { "Urls", "nats://host:4222", static n => n.Urls = [$"http://me:{Secret}@host"] },
        { "Urls", "nats://host:4222", static n => n.Urls = ["nats://host:4222/path"] },
        { "Tls:Enabled", "remove", static n => (n.Urls, n.Tls.Enabled) = (["tls://host"], false) },
        { "Password", "Set both", static n => n.Username = "me" },
        { "Username", "Set both", static n => n.Password = Secret },
        { "more than one kind", "Username, Token", static n => (n.Username, n.Password, n.Token) = ("me", Secret, Secret) },
        { "more than one kind", "Token, Urls", static n => (n.Urls, n.Token) = ([$"nats://me:{Secret}@host"], Secret) },
        { "NKeySeed", "begin with SU", static n => n.NKeySeed = Secret },
        { "NKeySeed", "begin with SU", static n => n.NKeySeed = "SAANWFZ3JINNPERWT3ALE45U7GYT2ZDW6GJUIVPDKUF6GKAX6AISZJMAS4" },
        { "CredsFile", "does not exist", static n => n.CredsFile = "/nowhere/user.creds" },
        { "Tls:CaFile", "does not exist", static n => n.Tls.CaFile = "/nowhere/ca.pem" },
        { "Tls:CertFile", "Tls:KeyFile", static n => n.Tls.CertFile = "/nowhere/cert.pem" },
        { "Tls:KeyFile", "does not exist", static n => (n.Tls.CertFile, n.Tls.KeyFile) = ("/nowhere/cert.pem", "/nowhere/cert.key") },
        { "Replicas", "1, 3 or 5", static n => n.Replicas = 2 },
    };

    [Theory]
    [MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public void A_mistake_is_one_sentence_that_names_its_key_and_no_secret(string key, string says, Action<GoHubNatsOptions> mistake)
    {
        var failure = Assert.Single(Validate(mistake), f => f.Contains(key, StringComparison.Ordinal));
        Assert.Contains(Section, failure, StringComparison.Ordinal);
        Assert.Contains(says, failure, StringComparison.Ordinal);
        Assert.EndsWith(".", failure, StringComparison.Ordinal);
        Assert.All(Validate(mistake), f => Assert.DoesNotContain(Secret, f, StringComparison.Ordinal));
    }

    [Fact]
    public void Files_that_are_something_else_are_told_apart_from_good_ones()
    {
        var junk = $"{_folder}/junk";
        File.WriteAllText(junk, Secret);
        var authority = new NatsCertificates(_folder);
        var (cert, key) = authority.Sign("one");
        var (_, otherKey) = authority.Sign("two");
        using var jwt = new NatsJwt();
        var creds = $"{_folder}/user.creds";
        File.WriteAllText(creds, jwt.UserCreds());

        Assert.Contains("something else", Assert.Single(Validate(n => n.CredsFile = junk)), StringComparison.Ordinal);
        Assert.Contains("something else", Assert.Single(Validate(n => n.Tls.CaFile = junk)), StringComparison.Ordinal);
        Assert.Contains("something else", Assert.Single(Validate(n => (n.Tls.CertFile, n.Tls.KeyFile) = (cert, otherKey))), StringComparison.Ordinal);
        Assert.Empty(Validate(n => n.CredsFile = creds));
        Assert.Empty(Validate(n => (n.Tls.CaFile, n.Tls.CertFile, n.Tls.KeyFile) = (authority.CaFile, cert, key)));
        Assert.Empty(Validate(static n => n.Urls = ["nats://one", "tls://two:4223", "nats://[::1]:4222", "nats://me:pw@host"]));
        Assert.Empty(Validate(static n =>
        {
            using var user = KeyPair.CreatePair(PrefixByte.User);
            n.NKeySeed = user.GetSeed();
        }));
    }

    [Fact]
    public void Another_bus_is_none_of_this_packages_business() =>
        Assert.True(new NatsOptionsValidator().Validate(null, new GoHubOptions { Cluster = { Bus = "redis", Nats = { Replicas = 2 } } }).Skipped);

    [Fact]
    public void AddNats_says_the_address_and_the_bus_unless_the_configuration_chooses_another_bus()
    {
        Assert.Equal(("nats", "nats://code:1"), Chosen([]));
        Assert.Equal(("none", "nats://code:1"), Chosen(new() { ["GoHub:Cluster:Bus"] = "none" }));
        Assert.Equal(("nats", "nats://code:1"), Chosen(new() { [$"{Section}:Urls:0"] = "nats://config:2" }));

        static (string?, string) Chosen(Dictionary<string, string?> configuration)
        {
            var services = Services(configuration);
            services.AddGoHub().AddNats("nats://code:1", static n => n.Name = "me").AddNats();
            using var provider = services.BuildServiceProvider();
            var cluster = provider.GetRequiredService<IOptions<GoHubOptions>>().Value.Cluster;
            Assert.Equal("me", cluster.Nats.Name);
            Assert.Single(provider.GetServices<BusProvider>(), p => p.Name == "nats");
            return (cluster.Bus, cluster.Nats.Urls.Single());
        }
    }

    [Fact]
    public async Task The_registered_provider_makes_the_bus_only_when_it_is_chosen()
    {
        var services = Services(new() { ["GoHub:Cluster:Bus"] = "NATS" });
        services.AddGoHub().AddNatsProvider().AddNatsProvider();
        await using var provider = services.BuildServiceProvider();
        await using var bus = BusChoice.Create(provider, provider.GetServices<BusProvider>(), provider.GetRequiredService<IOptions<GoHubOptions>>());
        Assert.Equal("nats", bus!.Name);
        Assert.Null(bus.Seats);
        Assert.Equal(BusPublish.Down, bus.TryPublish("x", new byte[1]));

        var others = Services([]);
        others.AddGoHub().AddNatsProvider();
        await using var alone = others.BuildServiceProvider();
        Assert.Null(alone.GetRequiredService<IOptions<GoHubOptions>>().Value.Cluster.Bus);
    }

    private static ServiceCollection Services(Dictionary<string, string?> configuration)
    {
        configuration["GoHub:Auth:AllowAnonymous"] = "true";
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(configuration).Build());
        return services;
    }

    private static IEnumerable<string> Validate(Action<GoHubNatsOptions> configure)
    {
        var options = new GoHubOptions { Cluster = { Bus = "nats" } };
        configure(options.Cluster.Nats);
        return new NatsOptionsValidator().Validate(null, options).Failures ?? [];
    }
}
