using GoHub.Connections;
using GoHub.Connections.Loops;
using GoHub.Diagnostics;
using GoHub.Dispatching;
using GoHub.Events;
using GoHub.Protocol;
using GoHub.Rooms;
using GoHub.Transport.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GoHub.Endpoints;

/// <summary>The life of a connection, from the upgrade request to the last event.</summary>
/// <remarks>Owner of each <see cref="GoHubConnection"/> it accepts. Threads: any.</remarks>
internal sealed class WebSocketEndpoint(
    IOptions<GoHubOptions> options, Admission admission, ConnectionIds ids, ConnectionRegistry registry, ConnectionLimiter limiter, RoomRegistry rooms,
    ChannelSettings settings, Lanes lanes, GoHubNode node, GoHubMetrics metrics, GoHubEvents events, ILogger<GoHubConnection> logger)
{
    private readonly GoHubOptions _options = options.Value;

    // One delegate for all connections.
    private Action<GoHubConnection> Ended => field ??= End;

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
        Task running;
        try
        {
            running = await OpenAsync(context, accepted, dispatcher).ConfigureAwait(false);
        }
        catch
        {
            limiter.Leave(context.Connection.RemoteIpAddress, accepted.Identity.UserId);
            throw;
        }
        await running.ConfigureAwait(false);
    }

    /// <summary>Upgrades the request and begins the connection. From then on its channel answers for its end.</summary>
    /// <returns>What the request has to wait for: all of the connection on a pipe; nothing where its loop has it.</returns>
    private async Task<Task> OpenAsync(HttpContext context, Admitted admitted, Dispatcher dispatcher)
    {
        var deflate = settings.Deflater is null ? null : DeflateOffers.Accept(context.Request.Headers.SecWebSocketExtensions);
        // Other streams of HTTP/2 have to be read meanwhile.
        var handover = HttpProtocol.IsHttp11(context.Request.Protocol) ? context.Features.Get<IHandoverFeature>() : null;
        handover?.HoldReading();
        var pipe = await Handshake.AcceptAsync(context, admitted.SubProtocol, deflate).ConfigureAwait(false);
        if (handover?.CanHandOver(pipe) == true)
        {
            var own = new LoopChannel(lanes.Of(handover.Loop), deflate is not null);
            own.Begin(Open(context, own, admitted, dispatcher));
            handover.HandOver(own);
            return Task.CompletedTask;
        }
        handover?.ReadOn();
        var channel = new PipeChannel(pipe, settings, metrics, logger, context.Abort, deflate is not null);
        return RunAsync(context, channel, Open(context, channel, admitted, dispatcher));
    }

    private static async Task RunAsync(HttpContext context, PipeChannel channel, ConnectionSession session)
    {
        // A handler at work hears of it when the client goes.
        using var gone = context.RequestAborted.UnsafeRegister(static channel => ((PipeChannel)channel!).CancelAborted(), channel);
        await channel.RunAsync(session).ConfigureAwait(false);
    }

    private ConnectionSession Open(HttpContext context, WebSocketChannel channel, Admitted admitted, Dispatcher dispatcher)
    {
        var connection = new GoHubConnection(ids.Next(), channel, node, admitted.Identity, context.Connection.RemoteIpAddress)
        {
            CameUnnamed = admitted.MustSignIn,
            WantsNotices = admitted.WantsNotices,
        };
        (channel as LoopChannel)?.Connection = connection;
        // Before anybody can find the connection, so that it is the first message.
        if (connection.WantsNotices)
        {
            connection.Reply(MessageTypes.Welcome, new WelcomeData(connection.ConnectionId, connection.UserId), WireJson.Default.WelcomeData, default);
        }
        var rate = _options.Limits.MessagesPerSecond is > 0 and var perSecond ? new MessageRate(perSecond) : null;
        var session = new ConnectionSession(connection, dispatcher, rate, Ended);
        registry.Add(connection);
        metrics.Connected();
        Log.ConnectionOpened(logger, connection.ConnectionId, Log.Safe(connection.UserId), connection.RemoteAddress, context.TraceIdentifier);
        events.Publish(connection, static (c, at) => new ConnectedEvent(at, c.ConnectionId, c.UserId, c.Identity.MakeUser()));
        return session;
    }

    private void End(GoHubConnection connection)
    {
        registry.Remove(connection);
        rooms.LeaveAll(connection);
        limiter.Leave(connection.RemoteAddress, connection.UserId);
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
