using System.Diagnostics;
using GoHub.Connections;

namespace GoHub.Dispatching;

/// <summary>What a connection does with each message before it is dispatched: count it, hold it to its rate, demand the sign-in.</summary>
/// <param name="connection">Whose messages these are.</param>
/// <param name="dispatcher">The hub's.</param>
/// <param name="rate">Null where messages are not limited.</param>
/// <param name="ended">Told once, at the end.</param>
/// <remarks>Owner: one connection's reader. Threads: one at a time.</remarks>
internal sealed class ConnectionSession(GoHubConnection connection, Dispatcher dispatcher, MessageRate? rate, Action<GoHubConnection> ended) : IChannelReceiver
{
    private bool _measure;

    // One message of each read is measured: every one, unless a client pipelines; then measuring each would cost more than 5 %.
    public void OnRead() => _measure = true;

    public ValueTask OnMessageAsync(bool binary, ReadOnlyMemory<byte> payload)
    {
        var metrics = connection.Node.Metrics;
        metrics.MessageReceived();
        if (!_measure)
        {
            return HandleAsync(binary, payload);
        }
        _measure = false;
        metrics.MessageMeasured(payload.Length);
        var started = Stopwatch.GetTimestamp();
        var handling = HandleAsync(binary, payload);
        if (!handling.IsCompletedSuccessfully)
        {
            return MeasureAsync(handling, started);
        }
        metrics.MessageHandled(started);
        return ValueTask.CompletedTask;
    }

    public void OnClosed() => ended(connection);

    private async ValueTask MeasureAsync(ValueTask handling, long started)
    {
        await handling.ConfigureAwait(false);
        connection.Node.Metrics.MessageHandled(started);
    }

    private ValueTask HandleAsync(bool binary, ReadOnlyMemory<byte> payload)
    {
        switch (rate?.Take(connection.Node.Time))
        {
            case RateVerdict.Drop:
                Dispatcher.Refuse(connection, payload, GoHubErrorCode.RateLimited, "Too many messages in a second; this one was dropped.");
                return ValueTask.CompletedTask;
            case RateVerdict.Close:
                connection.Close(GoHubCloseCode.RateLimited, "too many messages");
                return ValueTask.CompletedTask;
            default:
                return dispatcher.DispatchAsync(connection, binary, payload, connection.MustSignIn);
        }
    }
}
