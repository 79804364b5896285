using System.Collections.Concurrent;
using System.Net;
using System.Security.Claims;
using System.Text.Json.Serialization.Metadata;
using GoHub.Connections;
using GoHub.Rooms;
using GoHub.Security;

namespace GoHub;

/// <summary>One open WebSocket.</summary>
/// <remarks>
/// Owner: the endpoint that accepted it, from upgrade to end. Threads: every member may be used from any.
/// A person may hold many connections: <see cref="ConnectionId"/> names this one, <see cref="UserId"/> the person.
/// </remarks>
public sealed class GoHubConnection
{
    private readonly WebSocketChannel _channel;
    private readonly GoHubNode _node;
    private ConcurrentDictionary<string, object?>? _items;
    private volatile Identity _identity;
    private readonly long _opened;
    private readonly DateTime _connectedAt; // UTC; half of a DateTimeOffset.
    private bool _draining;

    internal GoHubConnection(string id, WebSocketChannel channel, GoHubNode node, Identity identity, IPAddress? address)
    {
        ConnectionId = id;
        _channel = channel;
        _node = node;
        _identity = identity;
        RemoteAddress = address;
        _connectedAt = node.Time.GetUtcNow().UtcDateTime;
        _opened = node.Time.GetTimestamp();
        Memberships = new Memberships(this);
    }

    /// <summary>Made by the server from 128 random bits of its own; 32 characters of base64url.</summary>
    public string ConnectionId { get; }

    /// <summary>The user, or null for an anonymous connection.</summary>
    public string? UserId => _identity.UserId;

    /// <summary>The claims of the token, or of the app's own scheme; never null.</summary>
    public ClaimsPrincipal User => _identity.User;

    /// <summary>Whether somebody has signed in.</summary>
    public bool IsAuthenticated => _identity.IsAuthenticated;

    /// <summary>What was granted, as the token says it.</summary>
    public IReadOnlyCollection<string> Permissions => _identity.Permissions.Grants;

    /// <summary>Where the connection comes from, as ASP.NET Core knows it (behind a proxy: after the forwarded-headers middleware).</summary>
    public IPAddress? RemoteAddress { get; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset ConnectedAt => new(_connectedAt, TimeSpan.Zero);

    /// <summary>Whatever the app wants to keep with the connection. Thread-safe.</summary>
    public ConcurrentDictionary<string, object?> Items =>
        _items ?? Interlocked.CompareExchange(ref _items, new(StringComparer.Ordinal), null) ?? _items;

    /// <summary>The ids of the rooms this connection is in, at this moment.</summary>
    public IReadOnlyList<string> Rooms => Memberships.RoomIds();

    /// <summary>The hub, for messages to others.</summary>
    public IGoHub Hub => _node;

    /// <summary>Cancelled when the connection is closing or gone.</summary>
    public CancellationToken Aborted => _channel.Aborted;

    /// <summary>How long it has been open, whatever the wall clock does.</summary>
    internal TimeSpan Age => _node.Time.GetElapsedTime(_opened);

    /// <summary>What carries its bytes.</summary>
    internal WebSocketChannel Channel => _channel;

    internal GoHubNode Node => _node;

    internal Memberships Memberships { get; }

    internal Identity Identity => _identity;

    /// <summary>Whether an <c>auth</c> must come within <see cref="GoHubAuthOptions.FirstMessageTimeout"/>.</summary>
    internal bool CameUnnamed { get; init; }

    /// <summary>Whether nothing but <c>auth</c> is taken.</summary>
    internal bool MustSignIn => CameUnnamed && !IsAuthenticated;

    /// <summary>Whether the client understands messages the Go original never sent: <c>welcome</c>, <c>reconnect</c>.</summary>
    internal bool WantsNotices { get; init; }

    internal (int Code, string Reason) CloseStatus => _channel.CloseStatus;

    /// <summary>Whether this connection may do something: see <see cref="GoHubPermissions"/>.</summary>
    /// <param name="permission">One of <see cref="GoHubPermissions"/>, or an app's own.</param>
    /// <param name="resource">The room or receiver, for grants that are narrowed to some.</param>
    public bool HasPermission(string permission, string? resource = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(permission);
        return resource is null ? _identity.Permissions.Has(permission) : _identity.Permissions.Has(permission, resource);
    }

    /// <summary>Sends an envelope with <paramref name="data"/> as JSON.</summary>
    /// <returns>Whether it was written or waits in the send queue; never waits for the peer.</returns>
    /// <exception cref="NotSupportedException">Nothing tells how to write <typeparamref name="T"/>: add a source-generated context to <see cref="GoHubOptions.Json"/>.</exception>
    public ValueTask<SendResult> SendAsync<T>(string type, T data, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Delivered(Count(_node.Encode(type, data).SendTo(_channel)));
    }

    /// <summary>Sends an envelope whose data is JSON already.</summary>
    public ValueTask<SendResult> SendJsonAsync(string type, ReadOnlyMemory<byte> json, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Delivered(Count(_node.Encode(type, json).SendTo(_channel)));
    }

    /// <summary>Sends UTF-8 text as it is, without an envelope.</summary>
    public ValueTask<SendResult> SendRawAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken = default) =>
        DeliverAsIs(FrameOpcode.Text, text.Span, cancellationToken);

    /// <summary>Sends a binary message.</summary>
    public ValueTask<SendResult> SendBinaryAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        DeliverAsIs(FrameOpcode.Binary, bytes.Span, cancellationToken);

    /// <summary>Closes the connection after what was sent before; the reason is cut at 123 bytes.</summary>
    public ValueTask DisconnectAsync(GoHubCloseCode code = GoHubCloseCode.Normal, string reason = "")
    {
        ArgumentNullException.ThrowIfNull(reason);
        Close(code, reason);
        return ValueTask.CompletedTask;
    }

    internal EnqueueResult Enqueue(OutboundFrame frame) => _channel.Enqueue(frame);

    internal void Send(OutboundFrame frame) => Count(_channel.Enqueue(frame));

    /// <summary>Sends what nobody else gets: without a frame of its own where the channel can.</summary>
    internal void Send(EncodedMessage message) => Count(message.SendTo(_channel));

    /// <inheritdoc cref="Send(EncodedMessage)"/>
    internal EnqueueResult Send(FrameOpcode opcode, ReadOnlySpan<byte> payload) =>
        Count(_channel.TryWriteNow(opcode, payload) ? EnqueueResult.Accepted : _channel.Enqueue(OutboundFrame.Of(opcode, payload)));

    internal void Reply<T>(string type, T data, JsonTypeInfo<T> info, ReadOnlyMemory<byte> requestId) =>
        Send(_node.Frames.Encode(type, data, info, null, requestId.Span));

    internal void ReplyError(GoHubErrorCode code, string message, ReadOnlyMemory<byte> requestId, string? details = null)
    {
        _node.Metrics.ErrorSent();
        _node.Events.Publish((this, code, message), static (s, at) => new ErrorEvent(at, s.Item1.ConnectionId, s.Item1.UserId, s.code, s.message));
        Send(_node.Frames.EncodeError(code, message, requestId, details));
    }

    /// <returns>False if it was closing already.</returns>
    internal bool Close(GoHubCloseCode code, string reason) => _channel.Close(code, reason);

    /// <returns>True the first time.</returns>
    internal bool TryBeginDrain() => !Interlocked.Exchange(ref _draining, true);

    internal void Abort() => _channel.Abort();

    internal void SignIn(Identity identity) => _identity = identity;

    /// <summary>Does what is due by now.</summary>
    internal void Sweep(long timestamp, DateTimeOffset now)
    {
        if (now >= _identity.ExpiresAt)
        {
            Close(GoHubCloseCode.Unauthorized, "token expired");
        }
        else if (MustSignIn && _node.Time.GetElapsedTime(_opened, timestamp) >= _node.SignInTimeout)
        {
            Close(GoHubCloseCode.Unauthorized, "no token came");
        }
        _channel.Sweep(timestamp);
    }

    private ValueTask<SendResult> DeliverAsIs(FrameOpcode opcode, ReadOnlySpan<byte> payload, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Delivered(Send(opcode, payload));
    }

    private static ValueTask<SendResult> Delivered(EnqueueResult result) => ValueTask.FromResult(result switch
    {
        EnqueueResult.Accepted => SendResult.Delivered,
        EnqueueResult.Dropped => SendResult.Dropped,
        _ => SendResult.Offline,
    });

    private EnqueueResult Count(EnqueueResult result)
    {
        if (result == EnqueueResult.Accepted)
        {
            _node.Metrics.MessagesSent(1);
        }
        return result;
    }
}
