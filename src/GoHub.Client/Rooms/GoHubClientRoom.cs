using System.Text.Json.Serialization.Metadata;
using GoHub.Client.Messages;
using GoHub.Client.Rooms;

namespace GoHub.Client;

/// <summary>A room that this client is in. There is one object for each id; after a reconnect it is joined again by itself.</summary>
/// <remarks>Owner: the client. Threads: any. Handlers and events come one after the other, in the order in which the server sent what they are about, and together with those of the client.</remarks>
public sealed class GoHubClientRoom
{
    private readonly RoomRequests _requests;
    private readonly RoomGoings _goings;

    internal GoHubClientRoom(string id, RoomRequests requests, RoomGoings goings, Func<MessageBuffer> createBuffer)
    {
        (Id, _requests, _goings) = (id, requests, goings);
        Streams = new MessageStreams(createBuffer);
    }

    /// <summary>The room was lost: nothing more comes from it. Join it again by <see cref="GoHubClient.SubscribeAsync(string, CancellationToken)"/>, which gives another object.</summary>
    public event Action<GoHubClientRoomLost>? Lost;

    /// <summary>The room was joined again after a reconnect. What was sent to it meanwhile was missed: load it from where you keep it.</summary>
    public event Action? Rejoined;

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>Whether it was left or lost, or the joining failed.</summary>
    public bool IsLost => Phase == RoomPhase.Gone;

    /// <summary>What others send to the room (<c>room_message</c>). Ends when the room is left or lost, or the client stops.</summary>
    /// <remarks>
    /// Each enumeration has a bounded buffer of its own, which loses its oldest messages when it is read too slowly (<see cref="GoHubClientOptions.MaxBuffered"/>, <see cref="GoHubClientMessage.Missed"/>).
    /// The first begins with the first message after the join, unless <see cref="On(string, Func{GoHubClientMessage, CancellationToken, Task})"/> was called before it.
    /// </remarks>
    public IAsyncEnumerable<GoHubClientMessage> Messages => Streams.ReadAsync(null);

    internal Handlers<GoHubClientMessage> Handlers { get; } = new();

    internal MessageStreams Streams { get; }

    /// <summary>Guarded by the list's lock for changes.</summary>
    internal RoomPhase Phase { get; set; }

    /// <summary>Ends with the first join.</summary>
    internal TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Who waits for that.</summary>
    internal int Waiters { get; set; }

    /// <summary>Calls a handler for messages of one type that are about this room: <c>room_message</c>, <c>gap</c>, <c>room_left</c>, <c>room_deleted</c>, or an app's own that has a <c>room_id</c>.</summary>
    /// <param name="type">Their <c>message_type</c>.</param>
    /// <param name="handler">Awaited before the next message is handled. Its token is cancelled by <see cref="GoHubClient.StopAsync"/>. What it throws is logged.</param>
    /// <returns>Dispose it to call the handler no more.</returns>
    public IDisposable On(string type, Func<GoHubClientMessage, CancellationToken, Task> handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(handler);
        var registration = Handlers.Add(type, handler);
        Streams.ForgetKept();
        return registration;
    }

    /// <inheritdoc cref="On(string, Func{GoHubClientMessage, CancellationToken, Task})"/>
    public IDisposable On(string type, Func<GoHubClientMessage, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return On(type, (message, _) => handler(message));
    }

    /// <inheritdoc cref="On(string, Func{GoHubClientMessage, CancellationToken, Task})"/>
    public IDisposable On(string type, Action<GoHubClientMessage> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return On(type, (message, _) =>
        {
            handler(message);
            return Task.CompletedTask;
        });
    }

    /// <summary>Sends content to all other members, and ends when the server has handed it out.</summary>
    /// <exception cref="GoHubRequestException">The server refused it.</exception>
    /// <exception cref="GoHubClientException">No answer came, or the room is lost; see <see cref="GoHubClientException.Error"/>.</exception>
    /// <exception cref="NotSupportedException">Nothing tells how to write <typeparamref name="T"/>: add a source-generated context to <see cref="GoHubClientOptions.Json"/>.</exception>
    public Task<GoHubClientAck> SendAsync<T>(T content, CancellationToken cancellationToken = default) => _requests.SendAsync(this, content, null, cancellationToken);

    /// <inheritdoc cref="SendAsync{T}(T, CancellationToken)"/>
    public Task<GoHubClientAck> SendAsync<T>(T content, JsonTypeInfo<T> info, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(info);
        return _requests.SendAsync(this, content, info, cancellationToken);
    }

    /// <summary>Who is in the room now, this client included.</summary>
    /// <exception cref="GoHubRequestException">The server refused.</exception>
    /// <exception cref="GoHubClientException">No answer came, or the room is lost; see <see cref="GoHubClientException.Error"/>.</exception>
    public Task<GoHubClientMembers> MembersAsync(CancellationToken cancellationToken = default) => _requests.MembersAsync(this, cancellationToken);

    /// <summary>Leaves the room. Its messages end; it is not joined again. Done at once without a connection, and if it is lost already.</summary>
    /// <exception cref="GoHubRequestException">The server does not let this client leave; it is still in the room.</exception>
    /// <exception cref="GoHubClientException">No answer came in time; the client counts itself as still in the room.</exception>
    public Task LeaveAsync(CancellationToken cancellationToken = default) => _goings.LeaveAsync(this, cancellationToken);

    internal Action<GoHubClientRoomLost>? LostHandlers => Lost;

    internal Action? RejoinedHandlers => Rejoined;
}
