using GoHub.Connections;
using GoHub.Diagnostics;
using GoHub.Dispatching;
using GoHub.Events;
using GoHub.Protocol;
using GoHub.Rooms;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GoHub.Endpoints;

/// <summary>The life of a connection, from the upgrade request to the last event.</summary>
/// <remarks>Owner of each <see cref="GoHubConnection"/> it accepts. Threads: any.</remarks>
internal sealed class WebSocketEndpoint(
    IOptions<GoHubOptions> options, Admission admission, ConnectionIds ids, ConnectionRegistry registry, ConnectionLimiter limiter, RoomRegistry rooms,
    ChannelSettings settings, GoHubNode node, GoHubMetrics metrics, GoHubEvents events, TimeProvider time, ILogger<GoHubConnection> logger)
{
    private readonly GoHubOptions _options = options.Value;

    public async Task AcceptAsync(HttpContext context, Dispatcher dispatcher)
    {
        var (admitted, status, why) = await admission.DecideAsync(context).ConfigureAwait(false);
        if (admitted is not { } accepted)
        {
            Log.UpgradeRefused(logger, context.Connection.RemoteIpAddress?.ToString() ?? "", status, why);
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(why).ConfigureAwait(false);
            return;
        }
        var userId = accepted.Identity.UserId;
        try
        {
            userId = await RunAsync(context, accepted, dispatcher).ConfigureAwait(false);
        }
        finally
        {
            limiter.Leave(context.Connection.RemoteIpAddress, userId);
        }
    }

    /// <returns>The user the connection ended as, which a sign-in may have changed.</returns>
    private async Task<string?> RunAsync(HttpContext context, Admitted admitted, Dispatcher dispatcher)
    {
        var pipe = await Handshake.AcceptAsync(context, admitted.SubProtocol).ConfigureAwait(false);
        using var aborted = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var channel = new PipeChannel(pipe, settings, metrics, logger, context.Abort);
        var connection = new GoHubConnection(ids.Next(), channel, node, admitted.Identity, context.Connection.RemoteIpAddress, aborted.Token)
        {
            SignInDeadline = admitted.MustSignIn ? time.GetUtcNow() + _options.Auth.FirstMessageTimeout : null,
            WantsNotices = admitted.WantsNotices,
        };
        Open(connection, context.TraceIdentifier);
        try
        {
            var rate = new MessageRate(_options.Limits.MessagesPerSecond);
            await channel.RunAsync(new ConnectionSession(connection, dispatcher, metrics, time, rate)).ConfigureAwait(false);
        }
        finally
        {
            await aborted.CancelAsync().ConfigureAwait(false);
            End(connection);
        }
        return connection.UserId;
    }

    private void Open(GoHubConnection connection, string requestId)
    {
        // Before anybody can find the connection, so that it is the first message.
        if (connection.WantsNotices)
        {
            connection.Reply(MessageTypes.Welcome, new WelcomeData(connection.ConnectionId, connection.UserId), WireJson.Default.WelcomeData, default);
        }
        registry.Add(connection);
        metrics.Connected();
        Log.ConnectionOpened(logger, connection.ConnectionId, Log.Safe(connection.UserId), connection.RemoteAddress, requestId);
        events.Publish(connection, static (c, at) => new ConnectedEvent(at, c.ConnectionId, c.UserId, c.User));
    }

    private void End(GoHubConnection connection)
    {
        registry.Remove(connection);
        rooms.LeaveAll(connection);
        metrics.Disconnected();
        var (code, reason) = connection.CloseStatus;
        if (code is (int)GoHubCloseCode.SlowConsumer or (int)GoHubCloseCode.RateLimited or (int)GoHubCloseCode.PolicyViolation)
        {
            Log.ConnectionCutOff(logger, connection.ConnectionId, Log.Safe(reason));
        }
        Log.ConnectionEnded(logger, connection.ConnectionId, code, Log.Safe(reason));
        events.Publish((connection, code, reason), static (s, at) => new DisconnectedEvent(at, s.connection.ConnectionId, s.connection.UserId, s.code, s.reason));
    }
}
