using System.Diagnostics.Metrics;
using GoHub.Transport.Native;

namespace GoHub.Transport;

/// <summary>What the transport counts: the meter <c>GoHub.Transport</c>.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class TransportMetrics : IDisposable
{
    public const string MeterName = "GoHub.Transport";

    private readonly Meter _meter;
    private readonly Counter<long> _acceptErrors;
    private long _accepted;
    private long _open;
    private long _handedOver;

    public TransportMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _acceptErrors = _meter.CreateCounter<long>("gohub_transport_accept_errors_total", description: "Connections that the kernel could not hand out, by error.");
        _meter.CreateObservableCounter("gohub_transport_accepted_total", () => Volatile.Read(ref _accepted), description: "Connections accepted.");
        _meter.CreateObservableGauge("gohub_transport_open_connections", () => Volatile.Read(ref _open), description: "Descriptors of connections that are open.");
        _meter.CreateObservableGauge("gohub_transport_loop_connections", () => Volatile.Read(ref _handedOver), description: "Of these, WebSockets that their loop owns.");
    }

    public Meter Meter => _meter;

    /// <summary>WebSockets that loops own.</summary>
    public long HandedOverNow => Volatile.Read(ref _handedOver);

    /// <returns>How many are open now.</returns>
    public long Accepted()
    {
        Interlocked.Increment(ref _accepted);
        return Interlocked.Increment(ref _open);
    }

    public void Closed() => Interlocked.Decrement(ref _open);

    public void HandedOver(int change) => Interlocked.Add(ref _handedOver, change);

    public void AcceptFailed(int errno) => _acceptErrors.Add(1, new KeyValuePair<string, object?>("error", Name(errno)));

    public void Dispose() => _meter.Dispose();

    private static string Name(int errno) => errno switch
    {
        Libc.EMFILE => "EMFILE",
        Libc.ENFILE => "ENFILE",
        Libc.ENOBUFS => "ENOBUFS",
        Libc.ENOMEM => "ENOMEM",
        103 => "ECONNABORTED",
        _ => "other",
    };
}
