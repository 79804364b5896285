using System.Text.Json;
using GoHub.Client.Connections;
using GoHub.Client.Diagnostics;
using GoHub.Client.Requests;
using GoHub.Client.Rooms;
using GoHub.Protocol;
using Microsoft.Extensions.Logging;

namespace GoHub.Client.Messages;

/// <summary>Brings each message to where it belongs: an answer to who asked, a notice to the connection, the rest to handlers, enumerations and rooms.</summary>
/// <remarks>Owner: <see cref="ClientCore"/>. Threads: the receive loop of one connection at a time.</remarks>
internal sealed class Router(
    GoHubClientOptions options, RequestSender requests, RoomList rooms, RoomGoings goings, Handlers<GoHubClientMessage> handlers, Handlers<ReadOnlyMemory<byte>> binaryHandlers, MessageStreams streams,
    Inbox inbox, GoHubClientMetrics metrics, ILogger logger)
{
    /// <summary>Binary messages have no type.</summary>
    public const string Binary = "";

    /// <summary>Hears of a <c>welcome</c>.</summary>
    public Action<WelcomeData>? Welcomed { get; set; }

    /// <summary>Takes one message.</summary>
    /// <param name="connection">Where it came.</param>
    /// <param name="bytes">Valid until this is done.</param>
    /// <param name="isBinary">Whether it is a binary message, which are an app's own.</param>
    /// <returns>Done when the next may be read: at once, unless too much waits for handlers.</returns>
    public ValueTask ReceiveAsync(Connection connection, ReadOnlyMemory<byte> bytes, bool isBinary)
    {
        metrics.Received();
        if (isBinary)
        {
            connection.Hear();
            if (binaryHandlers.Of(Binary).Count > 0)
            {
                ReadOnlyMemory<byte> own = bytes.ToArray();
                inbox.Post(() => CallAsync(binaryHandlers, Binary, own, connection.Stopped), own.Length);
            }
            return WaitForRoomAsync(connection);
        }
        if (!ServerEnvelope.TryRead(bytes, out var envelope) || !TryNotice(connection, envelope))
        {
            ClientLog.BadMessage(logger);
            connection.Hear();
            return default;
        }
        connection.Hear();
        if (envelope.RequestId > 0 && requests.TryAnswer(envelope) is var fate and not AnswerFate.NotOurs)
        {
            ObserveAnswer(envelope, fate);
            return default;
        }
        Deliver(connection, envelope);
        return WaitForRoomAsync(connection);
    }

    // Before the first message counts as heard, so that a client that is connected knows its id.
    private bool TryNotice(Connection connection, in ServerEnvelope envelope)
    {
        try
        {
            if (envelope.Type == MessageTypes.Welcome && JsonSerializer.Deserialize(envelope.Data.Span, WireJson.Default.WelcomeData) is { } welcome)
            {
                Welcomed?.Invoke(welcome);
            }
            else if (envelope.Type == MessageTypes.Reconnect && JsonSerializer.Deserialize(envelope.Data.Span, WireJson.Default.ReconnectData) is { ReconnectIn: >= 0 } hint)
            {
                connection.Hint = TimeSpan.FromMilliseconds(Math.Min(hint.ReconnectIn, int.MaxValue));
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void ObserveAnswer(in ServerEnvelope envelope, AnswerFate fate)
    {
        // The few answers that say something about rooms whoever asked.
        if (envelope.Type is MessageTypes.RoomLeft or MessageTypes.RoomDeleted or MessageTypes.RoomJoined)
        {
            var fields = MessageFields.Read(envelope.Data);
            if (fate == AnswerFate.Late)
            {
                goings.ObserveLate(envelope.Type, fields);
            }
            else
            {
                goings.Observe(envelope.Type, fields);
            }
        }
    }

    private void Deliver(Connection connection, in ServerEnvelope envelope)
    {
        var type = envelope.Type;
        var isHandled = handlers.Of(type).Count > 0;
        if (type == MessageTypes.Error && !isHandled)
        {
            var error = RequestSender.ErrorOf(envelope.Data);
            ClientLog.UnaskedError(logger, error.Code, ClientLog.Safe(error.Message));
        }
        if (!isHandled && streams.IsEmpty && rooms.Count == 0)
        {
            return;
        }
        var message = new GoHubClientMessage(type, envelope.Data.ToArray(), envelope.ClientId, envelope.Timestamp, options.Json);
        streams.Add(message);
        if (isHandled)
        {
            inbox.Post(() => CallAsync(handlers, type, message, connection.Stopped), message.Data.Length);
        }
        if (rooms.Count > 0 && rooms.Find(message.RoomId) is { } room)
        {
            DeliverTo(room, message, connection.Stopped);
        }
    }

    private void DeliverTo(GoHubClientRoom room, GoHubClientMessage message, CancellationToken stopped)
    {
        if (message.Type == MessageTypes.RoomMessage)
        {
            room.Streams.Add(message);
        }
        if (room.Handlers.Of(message.Type).Count > 0)
        {
            inbox.Post(() => CallAsync(room.Handlers, message.Type, message, stopped), message.Data.Length);
        }
        goings.Observe(message.Type, message.Fields);
    }

    private async ValueTask WaitForRoomAsync(Connection connection)
    {
        var room = inbox.HasRoomAsync();
        if (!room.IsCompleted)
        {
            // A connection that ends reads what is left, whoever has to catch up.
            await room.WaitAsync(connection.Gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CallAsync<T>(Handlers<T> those, string type, T message, CancellationToken stopped)
    {
        foreach (var handler in those.Of(type))
        {
            if (stopped.IsCancellationRequested)
            {
                return;
            }
            try
            {
                await handler(message, stopped).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopped.IsCancellationRequested)
            {
                // Stopped while at work.
            }
            catch (Exception e)
            {
                metrics.HandlerFailed();
                ClientLog.HandlerFailed(logger, e, type.Length == 0 ? "a binary message" : ClientLog.Safe(type));
            }
        }
    }
}
