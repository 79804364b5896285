using System.Diagnostics.Metrics;

namespace GoHub.Client.Diagnostics;

/// <summary>What clients count: the meter <c>GoHub.Client</c>.</summary>
/// <remarks>Threads: any. Clients share their instruments, so that two thousand of them cost no more than one; none has a user, room or connection in a label.</remarks>
internal sealed class GoHubClientMetrics
{
    public const string MeterName = "GoHub.Client";

    // Of the process: nobody could say when it is no longer needed.
    private static readonly GoHubClientMetrics Shared = new(new Meter(MeterName));

    private readonly Counter<long> _connects;
    private readonly Counter<long> _reconnects;
    private readonly Counter<long> _failedAttempts;
    private readonly Counter<long> _received;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _requestsFailed;
    private readonly Counter<long> _handlersFailed;
    private readonly UpDownCounter<long> _clients;

    private GoHubClientMetrics(Meter meter)
    {
        _connects = meter.CreateCounter<long>("gohub_client_connects_total", description: "Connections opened.");
        _reconnects = meter.CreateCounter<long>("gohub_client_reconnects_total", description: "Connections opened after one was lost.");
        _failedAttempts = meter.CreateCounter<long>("gohub_client_failed_attempts_total", description: "Attempts to connect that failed.");
        _received = meter.CreateCounter<long>("gohub_client_messages_received_total", description: "Messages from servers.");
        _sent = meter.CreateCounter<long>("gohub_client_messages_sent_total", description: "Messages to servers.");
        _dropped = meter.CreateCounter<long>("gohub_client_messages_dropped_total", description: "Messages that an enumeration lost, being read too slowly.");
        _requestsFailed = meter.CreateCounter<long>("gohub_client_requests_failed_total", description: "Requests that did not end with an answer, by error.");
        _handlersFailed = meter.CreateCounter<long>("gohub_client_handlers_failed_total", description: "Handlers that threw.");
        _clients = meter.CreateUpDownCounter<long>("gohub_client_clients", description: "Clients that were started, by state.");
    }

    public static GoHubClientMetrics Create(IMeterFactory? factory) => factory is null ? Shared : new GoHubClientMetrics(factory.Create(MeterName));

    public void Connected(bool isFirst)
    {
        _connects.Add(1);
        if (!isFirst)
        {
            _reconnects.Add(1);
        }
    }

    public void AttemptFailed() => _failedAttempts.Add(1);

    public void Received() => _received.Add(1);

    public void Sent() => _sent.Add(1);

    public void Dropped(int count) => _dropped.Add(count);

    public void HandlerFailed() => _handlersFailed.Add(1);

    public void RequestFailed(Exception why) => _requestsFailed.Add(1, new KeyValuePair<string, object?>("error", NameOf(why)));

    /// <summary>Counts a client under its new state; one that is idle or stopped counts nowhere.</summary>
    public void Moved(GoHubClientState from, GoHubClientState to)
    {
        Count(from, -1);
        Count(to, 1);
    }

    private void Count(GoHubClientState state, int change)
    {
        var name = state switch
        {
            GoHubClientState.Connecting => "connecting",
            GoHubClientState.Connected => "connected",
            GoHubClientState.Waiting => "waiting",
            _ => null,
        };
        if (name is not null)
        {
            _clients.Add(change, new KeyValuePair<string, object?>("state", name));
        }
    }

    private static string NameOf(Exception why) => why switch
    {
        GoHubRequestException => "answer",
        GoHubClientException { Error: GoHubClientError.ConnectionLost } => "connection_lost",
        GoHubClientException { Error: GoHubClientError.Timeout } => "timeout",
        GoHubClientException { Error: GoHubClientError.Stopped } => "stopped",
        GoHubClientException { Error: GoHubClientError.Refused } => "refused",
        _ => "other",
    };
}
