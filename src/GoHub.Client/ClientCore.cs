using GoHub.Client.Connecting;
using GoHub.Client.Diagnostics;
using GoHub.Client.Messages;
using GoHub.Client.Requests;
using GoHub.Client.Rooms;
using GoHub.Client.Sending;
using GoHub.Client.Tokens;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace GoHub.Client;

/// <summary>The parts of one client.</summary>
/// <remarks>Owner: <see cref="GoHubClient"/>. Each part says who may use it; this one holds no state of its own but who the client is.</remarks>
internal sealed class ClientCore
{
    private bool _warned;

    public ClientCore(Uri uri, GoHubClientOptions options)
    {
        (Uri, Options) = (uri, options);
        Logger = options.LoggerFactory?.CreateLogger<GoHubClient>() ?? NullLogger<GoHubClient>.Instance;
        Metrics = GoHubClientMetrics.Create(options.MeterFactory);
        Connector = new Connector(uri, options);
        Outbox = new Outbox(options);
        Requests = new RequestSender(new PendingRequests(options.TimeProvider), Outbox, Metrics);
        Inbox = new Inbox(options.MaxBuffered, options.MaxBufferedBytes);
        Streams = new MessageStreams(CreateBuffer);
        var roomRequests = new RoomRequests(options, Requests);
        Rooms = new RoomList(Inbox, Logger) { Create = id => new GoHubClientRoom(id, roomRequests, RoomGoings!, CreateBuffer) };
        RoomComings = new RoomComings(options, Rooms, roomRequests, Inbox, Logger);
        RoomGoings = new RoomGoings(Rooms, roomRequests, Outbox);
        Tokens = new TokenSource(options);
        TokenRefresh = new TokenRefresh(options, Tokens, Requests, Logger);
        Router = new Router(options, Requests, Rooms, RoomGoings, Handlers, BinaryHandlers, Streams, Inbox, Metrics, Logger)
        {
            Welcomed = welcome => (ConnectionId, UserId) = (welcome.ClientId, welcome.UserId),
        };
    }

    public Uri Uri { get; }

    public GoHubClientOptions Options { get; }

    public ILogger Logger { get; }

    public GoHubClientMetrics Metrics { get; }

    public Connector Connector { get; }

    public Outbox Outbox { get; }

    public RequestSender Requests { get; }

    public Inbox Inbox { get; }

    public Handlers<GoHubClientMessage> Handlers { get; } = new();

    public Handlers<ReadOnlyMemory<byte>> BinaryHandlers { get; } = new();

    public MessageStreams Streams { get; }

    public RoomList Rooms { get; }

    public RoomComings RoomComings { get; }

    public RoomGoings RoomGoings { get; }

    public TokenSource Tokens { get; }

    public TokenRefresh TokenRefresh { get; }

    public Router Router { get; }

    /// <summary>From the last <c>welcome</c>.</summary>
    public string? ConnectionId { get; private set; }

    /// <summary>From the last <c>welcome</c>.</summary>
    public string? UserId { get; private set; }

    private MessageBuffer CreateBuffer() => new(Options.MaxBuffered, Options.MaxBufferedBytes, CountDropped);

    private void CountDropped(int count)
    {
        Metrics.Dropped(count);
        // Once is enough: the metric has the rest.
        if (!Interlocked.Exchange(ref _warned, true))
        {
            ClientLog.ReaderTooSlow(Logger);
        }
    }
}
