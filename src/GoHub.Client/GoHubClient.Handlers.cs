using System.Text.Json.Serialization.Metadata;
using GoHub.Client.Messages;

namespace GoHub.Client;

public sealed partial class GoHubClient
{
    /// <summary>Calls a handler for messages of one type that answer no request of this client.</summary>
    /// <param name="type">Their <c>message_type</c>.</param>
    /// <param name="handler">
    /// Awaited before the next message is handled, so that handlers see messages in their order. It may ask and send. Its token is cancelled by <see cref="StopAsync"/>. What it throws is logged, and hurts nobody else.
    /// </param>
    /// <returns>Dispose it to call the handler no more.</returns>
    public IDisposable On(string type, Func<GoHubClientMessage, CancellationToken, Task> handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(handler);
        return _core.Handlers.Add(type, handler);
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

    /// <inheritdoc cref="On(string, Func{GoHubClientMessage, CancellationToken, Task})"/>
    /// <typeparam name="T">What their data is read as; data that does not fit is logged, and the handler not called.</typeparam>
    public IDisposable On<T>(string type, Func<T, CancellationToken, Task> handler) => On(type, Options.Json.Info<T>(), handler);

    /// <inheritdoc cref="On{T}(string, Func{T, CancellationToken, Task})"/>
    public IDisposable On<T>(string type, Func<T, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return On<T>(type, (data, _) => handler(data));
    }

    /// <inheritdoc cref="On{T}(string, Func{T, CancellationToken, Task})"/>
    public IDisposable On<T>(string type, Action<T> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return On<T>(type, (data, _) =>
        {
            handler(data);
            return Task.CompletedTask;
        });
    }

    /// <inheritdoc cref="On{T}(string, Func{T, CancellationToken, Task})"/>
    /// <param name="type">Their <c>message_type</c>.</param>
    /// <param name="info">How their data is read.</param>
    /// <param name="handler">As above.</param>
    public IDisposable On<T>(string type, JsonTypeInfo<T> info, Func<T, CancellationToken, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(handler);
        // Null only where the server sent null and T allows it.
        return On(type, (message, cancellationToken) => handler(message.Read(info)!, cancellationToken));
    }

    /// <summary>Calls a handler for binary messages.</summary>
    /// <param name="handler">Awaited before the next message is handled. The bytes are its own to keep. What it throws is logged.</param>
    /// <returns>Dispose it to call the handler no more.</returns>
    public IDisposable OnBinary(Func<ReadOnlyMemory<byte>, CancellationToken, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return _core.BinaryHandlers.Add(Router.Binary, handler);
    }

    /// <inheritdoc cref="OnBinary(Func{ReadOnlyMemory{byte}, CancellationToken, Task})"/>
    public IDisposable OnBinary(Action<ReadOnlyMemory<byte>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return OnBinary((bytes, _) =>
        {
            handler(bytes);
            return Task.CompletedTask;
        });
    }

    /// <summary>The messages that answer no request of this client, from the beginning of the enumeration on. Ends when the client stops.</summary>
    /// <param name="type">Only those of this <c>message_type</c>; null for all.</param>
    /// <remarks>Each enumeration has a bounded buffer of its own, which loses its oldest messages when it is read too slowly (<see cref="GoHubClientOptions.MaxBuffered"/>, <see cref="GoHubClientMessage.Missed"/>).</remarks>
    public IAsyncEnumerable<GoHubClientMessage> Messages(string? type = null) => _core.Streams.ReadAsync(type);
}
