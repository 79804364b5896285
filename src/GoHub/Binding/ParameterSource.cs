using System.ComponentModel;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace GoHub.Binding;

/// <summary>Tells, once at start, where each parameter of a handler comes from.</summary>
/// <remarks>
/// In this order: the call itself (<see cref="GoHubConnection"/>, <see cref="GoHubMessage"/>, <see cref="ClaimsPrincipal"/>,
/// <see cref="CancellationToken"/>, the event), a registered service, and for one parameter the message's <c>data</c>.
/// Threads: one at a time.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ParameterSource
{
    private readonly IServiceProviderIsService? _services;
    private readonly JsonSerializerOptions _json;
    private readonly string _handler;
    private readonly Type? _event;
    private readonly bool _binary;
    private string? _dataParameter;

    internal ParameterSource(string handler, IServiceProvider services, JsonSerializerOptions json, Type? eventType = null, bool binary = false)
    {
        _handler = handler;
        _services = services.GetService<IServiceProviderIsService>();
        _json = json;
        _event = eventType;
        _binary = binary;
    }

    /// <summary>Whether a parameter is the context itself, which the handler may keep longer than it should.</summary>
    internal bool HandsOutContext { get; private set; }

    /// <summary>How to get the parameter <paramref name="name"/> of a call.</summary>
    /// <exception cref="InvalidOperationException">Nothing can fill it; the text says what to do.</exception>
    public Func<HandlerContext, T> Get<T>(string name)
    {
        if (FromCall<T>() is { } known)
        {
            return known;
        }
        if (typeof(T) == typeof(IServiceProvider))
        {
            return As<T, IServiceProvider>(static c => c.Services);
        }
        if (_services?.IsService(typeof(T)) == true)
        {
            return static c => (T)c.Services.GetRequiredService(typeof(T));
        }
        if (_event is not null)
        {
            throw new InvalidOperationException(
                $"The parameter '{name}' of the handler for {_handler} is a {typeof(T).Name}, which is neither {_event.Name}, a CancellationToken nor a registered service.");
        }
        return FromData<T>(name);
    }

    private Func<HandlerContext, T>? FromCall<T>()
    {
        if (typeof(T) == typeof(CancellationToken))
        {
            return As<T, CancellationToken>(static c => c.Cancelled);
        }
        if (_event is not null)
        {
            return typeof(T).IsAssignableFrom(_event) && typeof(T) != typeof(object) ? static c => (T)(object)((EventContext)c).Event : null;
        }
        if (typeof(T) == typeof(GoHubConnection))
        {
            return As<T, GoHubConnection>(static c => ((GoHubMessageContext)c).Connection);
        }
        if (typeof(T) == typeof(GoHubMessage))
        {
            return As<T, GoHubMessage>(static c => ((GoHubMessageContext)c).Message);
        }
        if (typeof(T) == typeof(GoHubMessageContext))
        {
            HandsOutContext = true;
            return As<T, GoHubMessageContext>(static c => (GoHubMessageContext)c);
        }
        if (typeof(T) == typeof(ClaimsPrincipal))
        {
            return As<T, ClaimsPrincipal>(static c => ((GoHubMessageContext)c).Connection.User);
        }
        if (typeof(T) == typeof(ReadOnlyMemory<byte>))
        {
            return As<T, ReadOnlyMemory<byte>>(static c => ((GoHubMessageContext)c).Message.Data);
        }
        return null;
    }

    private Func<HandlerContext, T> FromData<T>(string name)
    {
        if (_binary)
        {
            throw new InvalidOperationException(
                $"The parameter '{name}' of the handler for {_handler} is a {typeof(T).Name}; take a ReadOnlyMemory<byte> for the bytes, or register the type as a service.");
        }
        if (_dataParameter is not null)
        {
            throw new InvalidOperationException(
                $"The parameters '{_dataParameter}' and '{name}' of the handler for {_handler} would both be read from data. Put both into one type, or register one as a service.");
        }
        _dataParameter = name;
        try
        {
            var info = (JsonTypeInfo<T>)_json.GetTypeInfo(typeof(T));
            var optional = default(T) is null && Nullable.GetUnderlyingType(typeof(T)) is not null;
            return c => MessageData.Read(((GoHubMessageContext)c).Message.Data, info, optional);
        }
        catch (NotSupportedException e)
        {
            throw new InvalidOperationException(
                $"The parameter '{name}' of the handler for {_handler} is a {typeof(T).Name}, and nothing tells how to read it. "
                + $"Add [JsonSerializable(typeof({typeof(T).Name}))] to a JsonSerializerContext and insert that into GoHubOptions.Json.TypeInfoResolverChain, or register the type as a service.", e);
        }
    }

    private static Func<HandlerContext, T> As<T, TKnown>(Func<HandlerContext, TKnown> get) => (Func<HandlerContext, T>)(object)get;
}
