using System.Text;
using System.Text.Unicode;
using GoHub.Diagnostics;
using GoHub.Events;
using GoHub.Protocol;

namespace GoHub.Dispatching;

/// <summary>Takes a message from envelope to handler; what is wrong with it is answered, never thrown.</summary>
/// <remarks>Threads: any; one message at a time for each connection.</remarks>
internal sealed class Dispatcher(MessageTable table, MessageRoute? binary, GoHubEvents events)
{
    public ValueTask DispatchAsync(GoHubConnection connection, bool isBinary, ReadOnlyMemory<byte> payload, bool mayOnlySignIn)
    {
        if (isBinary && !LooksLikeEnvelope(payload.Span))
        {
            return DispatchBinaryAsync(connection, payload, mayOnlySignIn);
        }
        // Text frames were checked as they came in. Unchecked bytes must not go out to anybody in a text frame.
        if (isBinary && !Utf8.IsValid(payload.Span))
        {
            connection.ReplyError(GoHubErrorCode.InvalidFormat, "The message is not UTF-8.", default);
            return ValueTask.CompletedTask;
        }
        if (!EnvelopeReader.TryRead(payload, out var envelope, out var code, out var problem))
        {
            connection.ReplyError(code, problem, envelope.MessageId);
            return ValueTask.CompletedTask;
        }
        if (mayOnlySignIn && !envelope.Type.Span.SequenceEqual("auth"u8))
        {
            connection.ReplyError(GoHubErrorCode.Unauthorized, "Send 'auth' with a token first.", envelope.MessageId);
            return ValueTask.CompletedTask;
        }
        if (table.Find(envelope.Type.Span) is not { } route)
        {
            connection.ReplyError(GoHubErrorCode.InvalidFormat, $"Nothing handles the message type '{Log.Safe(Encoding.UTF8.GetString(envelope.Type.Span))}'.", envelope.MessageId);
            return ValueTask.CompletedTask;
        }
        events.Publish((connection, envelope), static (s, at) => new MessageEvent(
            at, s.connection.ConnectionId, s.connection.UserId, Encoding.UTF8.GetString(s.envelope.Type.Span), s.envelope.Data.ToArray()));
        return route(connection, envelope);
    }

    /// <summary>Answers a message that is not dispatched, by its id if it has a readable one.</summary>
    public static void Refuse(GoHubConnection connection, ReadOnlyMemory<byte> payload, GoHubErrorCode code, string why)
    {
        Envelope envelope = default;
        if (Utf8.IsValid(payload.Span))
        {
            EnvelopeReader.TryRead(payload, out envelope, out _, out _);
        }
        connection.ReplyError(code, why, envelope.MessageId);
    }

    // Binary messages may be anything; what starts like a JSON object is taken for an envelope.
    private static bool LooksLikeEnvelope(ReadOnlySpan<byte> payload) => payload.TrimStart(" \t\r\n"u8) is [(byte)'{', ..];

    private ValueTask DispatchBinaryAsync(GoHubConnection connection, ReadOnlyMemory<byte> payload, bool mayOnlySignIn)
    {
        if (mayOnlySignIn)
        {
            connection.ReplyError(GoHubErrorCode.Unauthorized, "Send 'auth' with a token first.", default);
            return ValueTask.CompletedTask;
        }
        if (binary is null)
        {
            connection.ReplyError(GoHubErrorCode.InvalidFormat, "Nothing handles binary messages that are no JSON envelope.", default);
            return ValueTask.CompletedTask;
        }
        events.Publish((connection, payload), static (s, at) => new MessageEvent(
            at, s.connection.ConnectionId, s.connection.UserId, "", s.payload.ToArray()));
        return binary(connection, new Envelope(default, default, payload));
    }
}
