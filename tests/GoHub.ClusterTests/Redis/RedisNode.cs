using System.Net;
using GoHub.Bus;
using GoHub.ClusterTests.Bus;
using GoHub.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace GoHub.ClusterTests.Redis;

/// <summary>A bus on Redis, and what it has told.</summary>
internal sealed class RedisNode : IAsyncDisposable
{
    private RedisNode(RedisBus bus) => Bus = bus;

    public RedisBus Bus { get; }

    public RecordingReceiver Told { get; } = new();

    public static RedisBus Create(EndPoint redis, string more = "", string @namespace = "test", bool sharded = false, TimeSpan? lease = null) => new(
        new GoHubClusterOptions
        {
            Namespace = @namespace,
            Redis = { Configuration = $"{redis}{(more.Length > 0 ? "," : "")}{more}", ShardedPubSub = sharded },
        },
        NullLogger<RedisBus>.Instance, lease);

    /// <summary>Starts, whether or not there is a connection then.</summary>
    public static async Task<RedisNode> StartNewAsync(EndPoint redis, string more = "", bool sharded = false, TimeSpan? lease = null)
    {
        var node = new RedisNode(Create(redis, more, sharded: sharded, lease: lease));
        try
        {
            await node.Bus.StartAsync(node.Told, TestContext.Current.CancellationToken);
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
        return node;
    }

    public static async Task<RedisNode> StartUpAsync(EndPoint redis, string more = "", bool sharded = false, TimeSpan? lease = null)
    {
        var node = await StartNewAsync(redis, more, sharded, lease);
        await node.IsUpAsync();
        return node;
    }

    public Task IsUpAsync() => Eventually.HoldsAsync("the bus is up", () => Told.IsUp);

    public ValueTask SubscribeAsync(string subject) => Bus.SubscribeAsync(subject, TestContext.Current.CancellationToken);

    public BusPublish Publish(string subject, string text, ulong correlation = 0) => Bus.TryPublish(subject, Encoding.Latin1.GetBytes(text), correlation);

    /// <summary>Waits until what another has published is here.</summary>
    public async Task HearsAsync(RedisNode from, string subject, string text)
    {
        Assert.Equal(BusPublish.Sent, from.Publish(subject, text));
        await Eventually.HoldsAsync($"'{text}' has come", () => Told.Texts.Contains(text));
    }

    public ValueTask DisposeAsync() => Bus.DisposeAsync();
}
