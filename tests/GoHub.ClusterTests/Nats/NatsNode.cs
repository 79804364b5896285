using System.Text;
using GoHub.Bus;
using GoHub.Nats;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace GoHub.ClusterTests.Nats;

/// <summary>A bus with somebody who listens.</summary>
internal sealed class NatsNode : IAsyncDisposable
{
    private NatsNode(NatsBus bus, RecordingReceiver receiver)
    {
        Bus = bus;
        Receiver = receiver;
    }

    public NatsBus Bus { get; }

    public RecordingReceiver Receiver { get; }

    public static async Task<NatsNode> StartAsync(string url, Action<GoHubNatsOptions>? configure = null, RecordingReceiver? receiver = null, TimeSpan? lease = null, ILogger<NatsBus>? logger = null)
    {
        var cluster = new GoHubClusterOptions { Bus = "nats" };
        cluster.Nats.Urls = [url];
        configure?.Invoke(cluster.Nats);
        var validated = new NatsOptionsValidator().Validate(null, new GoHubOptions { Cluster = cluster });
        Assert.True(validated.Succeeded, validated.FailureMessage);
        var bus = new NatsBus(new NatsSettings(cluster), TimeProvider.System, logger ?? NullLogger<NatsBus>.Instance) { SeatLease = lease ?? TimeSpan.FromSeconds(15) };
        var node = new NatsNode(bus, receiver ?? new RecordingReceiver());
        try
        {
            await bus.StartAsync(node.Receiver, TestContext.Current.CancellationToken);
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
        return node;
    }

    public Task SubscribeAsync(string subject) => Bus.SubscribeAsync(subject, TestContext.Current.CancellationToken).AsTask();

    public BusPublish Publish(string subject, string text, ulong correlation = 0) => Bus.TryPublish(subject, Encoding.UTF8.GetBytes(text), correlation);

    public ValueTask DisposeAsync() => Bus.DisposeAsync();
}
