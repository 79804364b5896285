using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GoHub.Diagnostics;

/// <summary>What a node counts: the meter and the activity source <c>GoHub</c>.</summary>
/// <remarks>
/// Threads: any. Counters of the message path are plain numbers that a scrape reads, so counting costs an add whether anybody listens or not.
/// Names are the Go original's where those were right; docs/operations.md has the table of those renamed.
/// </remarks>
internal sealed class GoHubMetrics : IDisposable
{
    public const string MeterName = "GoHub";

    private readonly Meter _meter;
    private readonly Histogram<int> _messageSize;
    private readonly Histogram<double> _messageLatency;
    private long _dropped;
    private long _connected;
    private long _disconnected;
    private long _roomJoins;
    private long _roomLeaves;
    private long _roomMessages;
    private long _errors;
    private long _criticalErrors;
    private long _authSuccess;
    private long _authFailure;
    private long _eventsDropped;

    public GoHubMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        Count("gohub_messages_total", () => Messages.Received + Messages.Sent, "Messages in both directions.");
        Count("gohub_messages_received_total", () => Messages.Received, "Messages from clients.");
        Count("gohub_messages_sent_total", () => Messages.Sent, "Messages to clients, one a receiver.");
        Count("gohub_messages_dropped_total", () => Volatile.Read(ref _dropped), "Messages that a slow client's full queue did not take.");
        Count("gohub_connections_total", () => Volatile.Read(ref _connected), "Connections opened.");
        Count("gohub_disconnections_total", () => Volatile.Read(ref _disconnected), "Connections ended.");
        Count("gohub_room_joins", () => Volatile.Read(ref _roomJoins), "Joins.");
        Count("gohub_room_leaves", () => Volatile.Read(ref _roomLeaves), "Leaves, those by disconnect included.");
        Count("gohub_room_messages", () => Volatile.Read(ref _roomMessages), "Messages sent to rooms.");
        Count("gohub_errors_total", () => Volatile.Read(ref _errors), "Error replies.");
        Count("gohub_critical_errors_total", () => Volatile.Read(ref _criticalErrors), "Handlers and subscribers that threw.");
        Count("gohub_auth_success", () => Volatile.Read(ref _authSuccess), "Tokens accepted.");
        Count("gohub_auth_failure", () => Volatile.Read(ref _authFailure), "Tokens refused, or missing where one is required.");
        Count("gohub_events_dropped_total", () => Volatile.Read(ref _eventsDropped), "Events that a slow subscriber did not take.");
        _meter.CreateObservableGauge("gohub_connected_clients", () => Volatile.Read(ref _connected) - Volatile.Read(ref _disconnected), description: "Open connections.");
        _messageSize = _meter.CreateHistogram("gohub_message_size", description: "Size of inbound messages in bytes; of those that arrive together, the first.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [64, 256, 1024, 4096, 16384, 65536, 262144, 1048576] });
        _messageLatency = _meter.CreateHistogram("gohub_message_latency_seconds", description: "Time from reading a message to the end of its handler; of those that arrive together, the first.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.00001, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5] });
    }

    public Meter Meter => _meter;

    public static ActivitySource Activities { get; } = new(MeterName);

    /// <summary>Messages in both directions.</summary>
    public MessageCounts Messages { get; } = new();

    public void MessageReceived() => Messages.AddReceived();

    public void MessageMeasured(int bytes) => _messageSize.Record(bytes);

    public void MessageHandled(long started) => _messageLatency.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);

    public void MessagesSent(int count) => Messages.AddSent(count);

    public void MessagesDropped(int count) => Interlocked.Add(ref _dropped, count);

    /// <summary>Connections opened since the start.</summary>
    public long ConnectionsOpened => Volatile.Read(ref _connected);

    public void Connected() => Interlocked.Increment(ref _connected);

    public void Disconnected() => Interlocked.Increment(ref _disconnected);

    public void RoomJoined() => Interlocked.Increment(ref _roomJoins);

    public void RoomLeft() => Interlocked.Increment(ref _roomLeaves);

    public void RoomMessage() => Interlocked.Increment(ref _roomMessages);

    public void ErrorSent() => Interlocked.Increment(ref _errors);

    public void CriticalError() => Interlocked.Increment(ref _criticalErrors);

    public void AuthSucceeded() => Interlocked.Increment(ref _authSuccess);

    public void AuthFailed() => Interlocked.Increment(ref _authFailure);

    public void EventDropped() => Interlocked.Increment(ref _eventsDropped);

    /// <summary>The rooms are counted by their owner.</summary>
    public void ObserveRooms(Func<int> count) =>
        _meter.CreateObservableGauge("gohub_active_rooms", count, description: "Rooms.");

    public void Dispose() => _meter.Dispose();

    private void Count(string name, Func<long> read, string description) =>
        _meter.CreateObservableCounter(name, read, description: description);
}
