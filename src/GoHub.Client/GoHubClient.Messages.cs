using System.Text.Json.Serialization.Metadata;
using GoHub.Client.Messages;
using GoHub.Client.Sending;

namespace GoHub.Client;

public sealed partial class GoHubClient
{
    private GoHubClientOptions Options => _core.Options;

    /// <summary>Asks, and ends with the answer's data.</summary>
    /// <param name="type">The <c>message_type</c>.</param>
    /// <param name="data">Its <c>data</c>.</param>
    /// <param name="cancellationToken">Ends the waiting; a request that has not been sent yet is not sent any more.</param>
    /// <exception cref="GoHubRequestException">The server answered with an error.</exception>
    /// <exception cref="GoHubClientException">
    /// No answer came; <see cref="GoHubClientException.Error"/> says why. One that was on its way when the connection was lost is never sent again: whether the server has done it is unknown.
    /// </exception>
    /// <exception cref="NotSupportedException">Nothing tells how to read or write one of the types: add a source-generated context to <see cref="GoHubClientOptions.Json"/>.</exception>
    public Task<TResponse> RequestAsync<TRequest, TResponse>(string type, TRequest data, CancellationToken cancellationToken = default) =>
        RequestAsync(type, data, Options.Json.Info<TRequest>(), Options.Json.Info<TResponse>(), null, cancellationToken);

    /// <inheritdoc cref="RequestAsync{TRequest, TResponse}(string, TRequest, CancellationToken)"/>
    /// <param name="type">The <c>message_type</c>.</param>
    /// <param name="data">Its <c>data</c>.</param>
    /// <param name="timeout">Instead of <see cref="GoHubClientOptions.RequestTimeout"/>; above zero.</param>
    /// <param name="cancellationToken">Ends the waiting; a request that has not been sent yet is not sent any more.</param>
    public Task<TResponse> RequestAsync<TRequest, TResponse>(string type, TRequest data, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        RequestAsync(type, data, Options.Json.Info<TRequest>(), Options.Json.Info<TResponse>(), timeout, cancellationToken);

    /// <inheritdoc cref="RequestAsync{TRequest, TResponse}(string, TRequest, CancellationToken)"/>
    /// <param name="type">The <c>message_type</c>.</param>
    /// <param name="data">Its <c>data</c>.</param>
    /// <param name="requestInfo">How the data is written.</param>
    /// <param name="responseInfo">How the answer is read.</param>
    /// <param name="timeout">Instead of <see cref="GoHubClientOptions.RequestTimeout"/>; above zero.</param>
    /// <param name="cancellationToken">Ends the waiting; a request that has not been sent yet is not sent any more.</param>
    public Task<TResponse> RequestAsync<TRequest, TResponse>(
        string type, TRequest data, JsonTypeInfo<TRequest> requestInfo, JsonTypeInfo<TResponse> responseInfo, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requestInfo);
        return AskAsync(type, id => ClientEnvelope.Write(id, type, data, requestInfo, Options.TimeProvider), responseInfo, timeout, cancellationToken);
    }

    /// <summary>Asks with a message that has no data.</summary>
    /// <inheritdoc cref="RequestAsync{TRequest, TResponse}(string, TRequest, CancellationToken)"/>
    public Task<TResponse> RequestAsync<TResponse>(string type, CancellationToken cancellationToken = default) =>
        AskAsync(type, id => ClientEnvelope.Write(id, type, Options.TimeProvider), Options.Json.Info<TResponse>(), null, cancellationToken);

    /// <summary>Sends a message that wants no answer.</summary>
    /// <param name="type">The <c>message_type</c>.</param>
    /// <param name="data">Its <c>data</c>.</param>
    /// <param name="cancellationToken">Takes it back if it has not been sent yet.</param>
    /// <returns>Done when it is written to the socket; or at once when it waits for a connection, from where it is lost only if the client stops.</returns>
    /// <exception cref="GoHubClientException">It was refused, or the connection was lost while it was written; <see cref="GoHubClientException.Error"/> says which.</exception>
    /// <exception cref="NotSupportedException">Nothing tells how to write <typeparamref name="T"/>: add a source-generated context to <see cref="GoHubClientOptions.Json"/>.</exception>
    public Task SendAsync<T>(string type, T data, CancellationToken cancellationToken = default) => SendAsync(type, data, Options.Json.Info<T>(), cancellationToken);

    /// <inheritdoc cref="SendAsync{T}(string, T, CancellationToken)"/>
    /// <param name="type">The <c>message_type</c>.</param>
    /// <param name="data">Its <c>data</c>.</param>
    /// <param name="info">How the data is written.</param>
    /// <param name="cancellationToken">Takes it back if it has not been sent yet.</param>
    public Task SendAsync<T>(string type, T data, JsonTypeInfo<T> info, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(info);
        return SendAsync(new OutboxItem(ClientEnvelope.Write(0, type, data, info, Options.TimeProvider)), cancellationToken);
    }

    /// <summary>Sends a message without data that wants no answer.</summary>
    /// <inheritdoc cref="SendAsync{T}(string, T, CancellationToken)"/>
    public Task SendAsync(string type, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        return SendAsync(new OutboxItem(ClientEnvelope.Write(0, type, Options.TimeProvider)), cancellationToken);
    }

    /// <summary>Sends a binary message, for the handler that the server maps by <c>MapBinary</c>. One that begins with <c>{</c> the server takes for an envelope.</summary>
    /// <param name="bytes">Copied before this returns.</param>
    /// <param name="cancellationToken">Takes it back if it has not been sent yet.</param>
    /// <returns>As of <see cref="SendAsync{T}(string, T, CancellationToken)"/>.</returns>
    /// <exception cref="GoHubClientException">It was refused, or the connection was lost while it was written; <see cref="GoHubClientException.Error"/> says which.</exception>
    public Task SendBinaryAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) => SendAsync(new OutboxItem(bytes.ToArray(), isBinary: true), cancellationToken);

    /// <summary>Joins a room, and again after each reconnect. In it already: the same object.</summary>
    /// <param name="roomId">1 to 256 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Ends the waiting; the room is left again if nobody else waits for it.</param>
    /// <exception cref="GoHubRequestException">The server does not let this client in; see <see cref="GoHubErrorCode"/>.</exception>
    /// <exception cref="GoHubClientException">No answer came; <see cref="GoHubClientException.Error"/> says why.</exception>
    public Task<GoHubClientRoom> SubscribeAsync(string roomId, CancellationToken cancellationToken = default) => JoinAsync(roomId, null, cancellationToken);

    /// <inheritdoc cref="SubscribeAsync(string, CancellationToken)"/>
    /// <param name="roomId">1 to 256 bytes of UTF-8.</param>
    /// <param name="attach">Adds handlers before the server is asked, so that they miss nothing.</param>
    /// <param name="cancellationToken">Ends the waiting; the room is left again if nobody else waits for it.</param>
    public Task<GoHubClientRoom> SubscribeAsync(string roomId, Action<GoHubClientRoom> attach, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(attach);
        return JoinAsync(roomId, attach, cancellationToken);
    }

    private Task<GoHubClientRoom> JoinAsync(string roomId, Action<GoHubClientRoom>? attach, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(roomId);
        return _core.RoomComings.JoinAsync(roomId, attach, cancellationToken);
    }

    private Task<T> AskAsync<T>(string type, Func<long, byte[]> write, JsonTypeInfo<T> info, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(info);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout ?? Options.RequestTimeout, TimeSpan.Zero, nameof(timeout));
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled<T>(cancellationToken) : _core.Requests.AskAsync(type, write, info, timeout ?? Options.RequestTimeout, cancellationToken);
    }

    private async Task SendAsync(OutboxItem item, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await _core.Outbox.Add(item).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _core.Outbox.Withdraw(item);
            throw;
        }
    }
}
