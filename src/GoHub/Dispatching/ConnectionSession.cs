using GoHub.Connections;
using GoHub.Diagnostics;

namespace GoHub.Dispatching;

/// <summary>What a connection does with each message before it is dispatched: count it, hold it to its rate, demand the sign-in.</summary>
/// <remarks>Owner: one connection's reader. Threads: one at a time.</remarks>
internal sealed class ConnectionSession(GoHubConnection connection, Dispatcher dispatcher, GoHubMetrics metrics, TimeProvider time, MessageRate rate) : IChannelReceiver
{
    private MessageRate _rate = rate;

    public ValueTask OnMessageAsync(bool binary, ReadOnlyMemory<byte> payload)
    {
        metrics.MessageReceived(payload.Length);
        switch (_rate.Take(time))
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
