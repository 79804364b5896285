using System.Diagnostics.Metrics;
using GoHub.Bus;

namespace GoHub.Cluster;

/// <summary>What a node counts about the others and the bus.</summary>
/// <remarks>Threads: any. On a node without a bus nothing of it is shown.</remarks>
internal sealed class ClusterMetrics
{
    // By kind; the last is for kinds this version does not know.
    private readonly long[] _received = new long[(int)BusFrameKind.Beacon + 2];
    private long _sent;
    private long _refused;
    private long _malformed;
    private long _lost;
    private long _outages;

    public void Show(Meter meter, Func<int> nodes, Func<bool> isUp, Func<int> subscriptions, Func<long> queuedBytes)
    {
        meter.CreateObservableCounter("gohub_bus_frames_received_total", Received, description: "Frames from other nodes, by kind.");
        meter.CreateObservableCounter("gohub_bus_frames_sent_total", () => Volatile.Read(ref _sent), description: "Frames that the bus took.");
        meter.CreateObservableCounter("gohub_bus_frames_refused_total", () => Volatile.Read(ref _refused), description: "Frames that the bus did not take: down, busy, or too large.");
        meter.CreateObservableCounter("gohub_bus_frames_malformed_total", () => Volatile.Read(ref _malformed), description: "What came by the bus and was no frame.");
        meter.CreateObservableCounter("gohub_bus_lost_total", () => Volatile.Read(ref _lost), description: "Messages known to be lost between nodes.");
        meter.CreateObservableCounter("gohub_bus_outages_total", () => Volatile.Read(ref _outages), description: "Times the bus went away.");
        meter.CreateObservableGauge("gohub_nodes", nodes, description: "Nodes of the cluster, this one included.");
        meter.CreateObservableGauge("gohub_bus_up", () => isUp() ? 1 : 0, description: "1 while the bus carries frames.");
        meter.CreateObservableGauge("gohub_bus_subscriptions", subscriptions, description: "Subjects this node listens to.");
        meter.CreateObservableGauge("gohub_bus_queue_bytes", queuedBytes, description: "Bytes from other nodes that wait to be delivered.");
    }

    public void Received(BusFrameKind kind) => Interlocked.Increment(ref _received[Math.Min((int)kind, _received.Length - 1)]);

    public void Published(BusPublish result) => Interlocked.Increment(ref result == BusPublish.Sent ? ref _sent : ref _refused);

    public void Malformed() => Interlocked.Increment(ref _malformed);

    public void Lost(long count) => Interlocked.Add(ref _lost, count);

    public long Outages => Interlocked.Read(ref _outages);

    public void Outage() => Interlocked.Increment(ref _outages);

    private IEnumerable<Measurement<long>> Received()
    {
        // Every kind that this version does not know is one and the same to it.
        var unknown = 0L;
        for (var kind = 0; kind < _received.Length; kind++)
        {
            var count = Volatile.Read(ref _received[kind]);
            if (!Enum.IsDefined((BusFrameKind)kind))
            {
                unknown += count;
            }
            else if (count > 0)
            {
                yield return Of(count, ((BusFrameKind)kind).ToString().ToLowerInvariant());
            }
        }
        if (unknown > 0)
        {
            yield return Of(unknown, "unknown");
        }

        static Measurement<long> Of(long count, string kind) => new(count, new KeyValuePair<string, object?>("kind", kind));
    }
}
