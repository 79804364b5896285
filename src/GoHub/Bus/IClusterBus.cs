namespace GoHub.Bus;

/// <summary>Carries frames between nodes. It may lose them; it never waits for a peer and knows bytes and subjects only.</summary>
/// <remarks>
/// Frames of one publisher to one subject arrive in the order they were published; nothing is promised across publishers.
/// After a lost connection the bus connects again by itself, with jitter, and subscribes again to everything it was subscribed to,
/// before it says <see cref="IBusReceiver.OnUp"/>. Threads: every member may be used from any.
/// </remarks>
internal interface IClusterBus : IAsyncDisposable
{
    /// <summary>As <c>GoHub:Cluster:Bus</c> names it.</summary>
    string Name { get; }

    /// <summary>Largest frame that the bus carries. Unit: bytes, the frame's header included.</summary>
    int MaxFrameBytes { get; }

    /// <summary>Where the seats of rooms with a limit are kept; null if this bus has nothing that could (core NATS without JetStream). Known once <see cref="IBusReceiver.OnUp"/> was called.</summary>
    ISeatStore? Seats { get; }

    /// <summary>Connects, for as long as the object lives. Returns when connected, or when the first attempt has failed and others follow.</summary>
    /// <exception cref="Lifetime.StartupException">The bus refuses this node whatever it does: wrong credentials, a certificate that is not trusted, a file that is not there. The message says what to write.</exception>
    Task StartAsync(IBusReceiver receiver, CancellationToken cancellationToken);

    /// <summary>Publishes without waiting.</summary>
    /// <param name="subject">See <see cref="BusSubjects"/>.</param>
    /// <param name="frame">Not to be changed afterwards.</param>
    /// <param name="correlation">Not 0: if the bus learns that nobody is subscribed, it calls <see cref="IBusReceiver.OnNobody"/> with this.</param>
    BusPublish TryPublish(string subject, ReadOnlyMemory<byte> frame, ulong correlation = 0);

    /// <summary>Subscribes; done when the server has confirmed it. Subscribing twice is the same as once.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the subscription stays wanted and comes with the connection.</exception>
    ValueTask SubscribeAsync(string subject, CancellationToken cancellationToken);

    /// <summary>Ends a subscription, some time soon.</summary>
    void Unsubscribe(string subject);

    /// <summary>Gives up a connection that no longer answers, and connects anew.</summary>
    void Reconnect();
}

/// <summary>What became of a publication.</summary>
internal enum BusPublish
{
    /// <summary>Handed to the connection.</summary>
    Sent,

    /// <summary>More than the bus lets be on its way (8 MiB or 10,000 frames) has not been taken by the server yet.</summary>
    Busy,

    /// <summary>There is no connection.</summary>
    Down,

    /// <summary>Larger than <see cref="IClusterBus.MaxFrameBytes"/>.</summary>
    TooLarge,
}

/// <summary>Takes what a bus has to tell. No member may block or throw.</summary>
internal interface IBusReceiver
{
    /// <summary>A frame has come, in order for each subject; own frames come too.</summary>
    void OnFrame(ReadOnlySpan<byte> frame);

    /// <summary>Connected, for the first time or again, and everything is subscribed.</summary>
    void OnUp();

    /// <summary>The connection is lost; said once for each loss.</summary>
    void OnDown(string why);

    /// <summary>The client library or the server has dropped frames for this node.</summary>
    void OnLost(long frames);

    /// <summary>Nobody was subscribed to what was published with this correlation.</summary>
    void OnNobody(ulong correlation);
}

/// <summary>Keeps, for all nodes together, how many seats each node holds in a room with a limit.</summary>
/// <remarks>Threads: any; calls for one room and node come one after the other.</remarks>
internal interface ISeatStore
{
    /// <summary>How long a hold lasts if it is not renewed.</summary>
    TimeSpan Lease { get; }

    /// <summary>Says how many seats a node wants to hold from now on: more, fewer or as many as before, which renews. Asking again after a lost answer is safe, and a call that arrives after a later one of the same room and node has no effect.</summary>
    /// <param name="room">The room's id, as it is.</param>
    /// <param name="node">The asking node.</param>
    /// <param name="wanted">0 or more; 0 gives all back.</param>
    /// <param name="capacity">Seats of the room, at least 1.</param>
    /// <param name="cancellationToken">Cancels the call, which may have counted nevertheless.</param>
    /// <returns>How many it holds now: <paramref name="wanted"/>, or what other nodes leave, never below 0.</returns>
    /// <exception cref="BusException">The store cannot be reached or is too busy; whether the call counted is not known.</exception>
    ValueTask<int> HoldAsync(string room, ulong node, int wanted, int capacity, CancellationToken cancellationToken);
}

/// <summary>The bus or its store could not do something.</summary>
internal sealed class BusException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A bus that an app has registered, chosen by <c>GoHub:Cluster:Bus</c>.</summary>
internal sealed record BusProvider(string Name, Func<IServiceProvider, IClusterBus> Create);
