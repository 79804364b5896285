using System.Diagnostics.CodeAnalysis;
using GoHub.Binding;
using GoHub.Dispatching;
using Microsoft.AspNetCore.Builder;

namespace GoHub;

/// <summary>A mapped hub: add handlers for message types and events; it is an endpoint like any other, so <c>RequireAuthorization</c> and the like work.</summary>
/// <remarks>
/// Handlers are delegates whose parameters are filled like those of minimal APIs: the message's <c>data</c> as a type, and
/// <see cref="GoHubConnection"/>, <see cref="GoHubMessage"/>, <see cref="System.Security.Claims.ClaimsPrincipal"/>,
/// <see cref="CancellationToken"/> and registered services. Messages of one connection are handled one after the other.
/// Threads: one, while the app is being built; the first message freezes it.
/// </remarks>
public sealed class GoHubEndpointBuilder : IEndpointConventionBuilder
{
    private const string RuntimeBinding = "A handler the GoHub source generator has not bound is bound by reflection.";

    private readonly HandlerRegistry _handlers;
    private readonly IEndpointConventionBuilder _endpoint;

    internal GoHubEndpointBuilder(HandlerRegistry handlers, IEndpointConventionBuilder endpoint) => (_handlers, _endpoint) = (handlers, endpoint);

    /// <summary>Handles messages of one type. A result is sent as <c>&lt;type&gt;_reply</c> with the caller's id; see <see cref="GoHubResults"/> for errors.</summary>
    /// <param name="type">The <c>message_type</c>. A built-in's type replaces the built-in.</param>
    /// <param name="handler">Synchronous, or returning a <c>Task</c> or <c>ValueTask</c>.</param>
    /// <exception cref="ArgumentException">The type is empty or mapped already.</exception>
    /// <exception cref="InvalidOperationException">A parameter cannot be filled, or messages have come already.</exception>
    [RequiresUnreferencedCode(RuntimeBinding)]
    [RequiresDynamicCode(RuntimeBinding)]
    public GoHubMessageBuilder MapMessage(string type, Delegate handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return MapMessage(type, ReflectionBinder.Bind(handler));
    }

    /// <inheritdoc cref="MapMessage(string, Delegate)"/>
    public GoHubMessageBuilder MapMessage(string type, BoundHandler handler) => new(_handlers.Add(type, handler));

    /// <summary>Handles binary messages that are no JSON envelope. Take them as <c>ReadOnlyMemory&lt;byte&gt;</c>; bytes returned are sent back as a binary message.</summary>
    /// <exception cref="InvalidOperationException">A handler is mapped already, or a parameter cannot be filled.</exception>
    [RequiresUnreferencedCode(RuntimeBinding)]
    [RequiresDynamicCode(RuntimeBinding)]
    public GoHubMessageBuilder MapBinary(Delegate handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return MapBinary(ReflectionBinder.Bind(handler));
    }

    /// <inheritdoc cref="MapBinary(Delegate)"/>
    public GoHubMessageBuilder MapBinary(BoundHandler handler) => new(_handlers.AddBinary(handler));

    /// <summary>Puts a filter around all handlers of this hub (not around built-in messages); the first added is the outermost.</summary>
    public GoHubEndpointBuilder AddFilter(GoHubMessageFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        _handlers.AddFilter(filter);
        return this;
    }

    /// <summary>Calls the handler when a client has connected. Takes the <see cref="ConnectedEvent"/>, services and a <c>CancellationToken</c>.</summary>
    [RequiresUnreferencedCode(RuntimeBinding)]
    [RequiresDynamicCode(RuntimeBinding)]
    public GoHubEndpointBuilder OnConnected(Delegate handler) => OnConnected(ReflectionBinder.Bind(handler));

    /// <inheritdoc cref="OnConnected(Delegate)"/>
    public GoHubEndpointBuilder OnConnected(BoundHandler handler) => On<ConnectedEvent>(handler);

    /// <summary>Calls the handler when a connection has ended. Takes the <see cref="DisconnectedEvent"/>, services and a <c>CancellationToken</c>.</summary>
    [RequiresUnreferencedCode(RuntimeBinding)]
    [RequiresDynamicCode(RuntimeBinding)]
    public GoHubEndpointBuilder OnDisconnected(Delegate handler) => OnDisconnected(ReflectionBinder.Bind(handler));

    /// <inheritdoc cref="OnDisconnected(Delegate)"/>
    public GoHubEndpointBuilder OnDisconnected(BoundHandler handler) => On<DisconnectedEvent>(handler);

    /// <summary>Calls the handler when a client has sent a message that some handler takes. Takes the <see cref="MessageEvent"/>, services and a <c>CancellationToken</c>.</summary>
    [RequiresUnreferencedCode(RuntimeBinding)]
    [RequiresDynamicCode(RuntimeBinding)]
    public GoHubEndpointBuilder OnMessage(Delegate handler) => OnMessage(ReflectionBinder.Bind(handler));

    /// <inheritdoc cref="OnMessage(Delegate)"/>
    public GoHubEndpointBuilder OnMessage(BoundHandler handler) => On<MessageEvent>(handler);

    /// <summary>Calls the handler when a client has been sent an <c>error</c>. Takes the <see cref="ErrorEvent"/>, services and a <c>CancellationToken</c>.</summary>
    [RequiresUnreferencedCode(RuntimeBinding)]
    [RequiresDynamicCode(RuntimeBinding)]
    public GoHubEndpointBuilder OnError(Delegate handler) => OnError(ReflectionBinder.Bind(handler));

    /// <inheritdoc cref="OnError(Delegate)"/>
    public GoHubEndpointBuilder OnError(BoundHandler handler) => On<ErrorEvent>(handler);

    /// <summary>Calls the handler when a room has come to be. Takes the <see cref="RoomCreatedEvent"/>, services and a <c>CancellationToken</c>.</summary>
    [RequiresUnreferencedCode(RuntimeBinding)]
    [RequiresDynamicCode(RuntimeBinding)]
    public GoHubEndpointBuilder OnRoomCreated(Delegate handler) => OnRoomCreated(ReflectionBinder.Bind(handler));

    /// <inheritdoc cref="OnRoomCreated(Delegate)"/>
    public GoHubEndpointBuilder OnRoomCreated(BoundHandler handler) => On<RoomCreatedEvent>(handler);

    /// <summary>Calls the handler when a room is gone. Takes the <see cref="RoomDeletedEvent"/>, services and a <c>CancellationToken</c>.</summary>
    [RequiresUnreferencedCode(RuntimeBinding)]
    [RequiresDynamicCode(RuntimeBinding)]
    public GoHubEndpointBuilder OnRoomDeleted(Delegate handler) => OnRoomDeleted(ReflectionBinder.Bind(handler));

    /// <inheritdoc cref="OnRoomDeleted(Delegate)"/>
    public GoHubEndpointBuilder OnRoomDeleted(BoundHandler handler) => On<RoomDeletedEvent>(handler);

    /// <summary>Calls the handler when a connection has joined a room. Takes the <see cref="RoomJoinedEvent"/>, services and a <c>CancellationToken</c>.</summary>
    [RequiresUnreferencedCode(RuntimeBinding)]
    [RequiresDynamicCode(RuntimeBinding)]
    public GoHubEndpointBuilder OnRoomJoined(Delegate handler) => OnRoomJoined(ReflectionBinder.Bind(handler));

    /// <inheritdoc cref="OnRoomJoined(Delegate)"/>
    public GoHubEndpointBuilder OnRoomJoined(BoundHandler handler) => On<RoomJoinedEvent>(handler);

    /// <summary>Calls the handler when a connection has left a room. Takes the <see cref="RoomLeftEvent"/>, services and a <c>CancellationToken</c>.</summary>
    [RequiresUnreferencedCode(RuntimeBinding)]
    [RequiresDynamicCode(RuntimeBinding)]
    public GoHubEndpointBuilder OnRoomLeft(Delegate handler) => OnRoomLeft(ReflectionBinder.Bind(handler));

    /// <inheritdoc cref="OnRoomLeft(Delegate)"/>
    public GoHubEndpointBuilder OnRoomLeft(BoundHandler handler) => On<RoomLeftEvent>(handler);

    /// <summary>Calls the handler when a client has sent a message to a room. Takes the <see cref="RoomMessageEvent"/>, services and a <c>CancellationToken</c>.</summary>
    [RequiresUnreferencedCode(RuntimeBinding)]
    [RequiresDynamicCode(RuntimeBinding)]
    public GoHubEndpointBuilder OnRoomMessage(Delegate handler) => OnRoomMessage(ReflectionBinder.Bind(handler));

    /// <inheritdoc cref="OnRoomMessage(Delegate)"/>
    public GoHubEndpointBuilder OnRoomMessage(BoundHandler handler) => On<RoomMessageEvent>(handler);

    /// <inheritdoc/>
    public void Add(Action<EndpointBuilder> convention) => _endpoint.Add(convention);

    /// <inheritdoc/>
    public void Finally(Action<EndpointBuilder> finallyConvention) => _endpoint.Finally(finallyConvention);

    private GoHubEndpointBuilder On<TEvent>(BoundHandler handler)
        where TEvent : GoHubEvent
    {
        _handlers.AddEventHandler(typeof(TEvent), handler);
        return this;
    }
}
