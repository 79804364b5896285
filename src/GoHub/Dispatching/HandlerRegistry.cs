using System.Text.Json.Serialization.Metadata;
using GoHub.Binding;
using GoHub.Diagnostics;
using GoHub.Events;

namespace GoHub.Dispatching;

/// <summary>The handlers of one endpoint while the app is being built, and the dispatcher they become.</summary>
/// <remarks>Owner: the endpoint's builder, until the first connection freezes it.</remarks>
internal sealed class HandlerRegistry(HandlerServices services, BuiltInMessages builtIns, GoHubEvents events)
{
    private readonly Dictionary<string, Func<MessageRoute>> _routes = new(StringComparer.Ordinal);
    private readonly List<GoHubMessageFilter> _filters = [];
    private readonly Lock _gate = new();
    private Dictionary<Type, List<Func<HandlerContext, ValueTask<object?>>>>? _eventHandlers;
    private Func<MessageRoute>? _binary;
    private volatile Dispatcher? _dispatcher;

    /// <summary>What messages are handled by from now on; nothing can be mapped any more.</summary>
    public Dispatcher Dispatcher => _dispatcher ?? Freeze();

    public HandlerSettings Add(string type, BoundHandler handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(handler);
        ThrowIfFrozen();
        var settings = new HandlerSettings();
        var route = Route(type, handler, settings);
        if (!_routes.TryAdd(type, route))
        {
            throw new ArgumentException($"The message type '{type}' is mapped already.", nameof(type));
        }
        return settings;
    }

    public HandlerSettings AddBinary(BoundHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ThrowIfFrozen();
        if (_binary is not null)
        {
            throw new InvalidOperationException("Binary messages are mapped already.");
        }
        var settings = new HandlerSettings { IsBinary = true };
        _binary = Route("", handler, settings);
        return settings;
    }

    public void AddFilter(GoHubMessageFilter filter)
    {
        ThrowIfFrozen();
        _filters.Add(filter);
    }

    /// <summary>All handlers of one endpoint share a subscription, so that events of one connection reach them in order whatever their types.</summary>
    public void AddEventHandler(Type type, BoundHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ThrowIfFrozen();
        var call = handler.Bind(new ParameterSource(type.Name, services.Root, services.Json, eventType: type));
        if (_eventHandlers is null)
        {
            _eventHandlers = [];
            events.Subscribe<GoHubEvent>(HandleEventAsync, name: "an endpoint's On… handlers", wants: _eventHandlers.ContainsKey);
        }
        if (!_eventHandlers.TryGetValue(type, out var calls))
        {
            _eventHandlers[type] = calls = [];
        }
        calls.Add(call);
    }

    private Func<MessageRoute> Route(string type, BoundHandler handler, HandlerSettings settings)
    {
        var what = settings.IsBinary ? "binary messages" : $"'{type}'";
        var parameters = new ParameterSource(what, services.Root, services.Json, binary: settings.IsBinary);
        var call = handler.Bind(parameters);
        var result = settings.IsBinary ? null : ResultInfo(what, handler.ResultType);
        return () =>
        {
            GoHubMessageHandler pipeline = call.Invoke;
            var unseen = _filters.Count + settings.Filters.Count == 0 && !parameters.HandsOutContext;
            foreach (var filter in _filters.Concat(settings.Filters).Reverse())
            {
                var next = pipeline;
                pipeline = context => filter(context, next);
            }
            return new HandlerRoute(type, settings, pipeline, unseen, result, services).RunAsync;
        };
    }

    private JsonTypeInfo? ResultInfo(string what, Type? type)
    {
        try
        {
            // What a call of the hub returned is not sent; see HandlerRoute.
            return type is null || type == typeof(SendResult) || type == typeof(PublishResult) || type == typeof(RoomResult) ? null : services.Json.GetTypeInfo(type);
        }
        catch (NotSupportedException e)
        {
            throw new InvalidOperationException(
                $"The handler for {what} returns a {type!.Name}, and nothing tells how to write it. "
                + $"Add [JsonSerializable(typeof({type.Name}))] to a JsonSerializerContext and insert that into GoHubOptions.Json.TypeInfoResolverChain.", e);
        }
    }

    private Dispatcher Freeze()
    {
        lock (_gate)
        {
            var routes = builtIns.Routes.Concat(_routes.Select(r => KeyValuePair.Create(r.Key, r.Value())));
            return _dispatcher ??= new Dispatcher(new MessageTable(routes), _binary?.Invoke(), events);
        }
    }

    private async Task HandleEventAsync(GoHubEvent happened, CancellationToken cancelled)
    {
        foreach (var call in _eventHandlers![happened.GetType()])
        {
            try
            {
                await using var context = new EventContext(services.Root, happened, cancelled);
                await call(context).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !cancelled.IsCancellationRequested)
            {
                // One handler's fault must not keep the next from hearing of the event.
                services.Metrics.CriticalError();
                Log.SubscriberFailed(services.Logger, fault, happened.GetType().Name);
            }
        }
    }

    private void ThrowIfFrozen()
    {
        if (_dispatcher is not null)
        {
            throw new InvalidOperationException("Clients have connected already. Map handlers before the app runs.");
        }
    }
}
