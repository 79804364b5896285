using System.Text.Json;
using GoHub.Protocol;

namespace GoHub.Fuzz;

/// <summary>Any bytes as an envelope: no exception, and what is found in it is JSON that can be sent on.</summary>
public static class EnvelopeTarget
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = EnvelopeReader.MaxDepth };

    private static readonly byte[] ReplyPrefix = EnvelopeWriter.Prefix("echo_reply");

    public static void Run(byte[] input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var read = EnvelopeReader.TryRead(input, out var envelope, out _, out var problem);
        Invariant.Holds(read == (problem.Length == 0), "A failure without a reason, or a reason without a failure.");
        Invariant.Holds(envelope.MessageId.Length <= EnvelopeReader.MaxMessageIdBytes, "An id above its limit.");
        Json(envelope.MessageId, "message_id");
        Json(envelope.Data, "data");
        if (!read)
        {
            return;
        }
        Invariant.Holds(!envelope.Type.IsEmpty, "An envelope without a type.");
        using var whole = JsonDocument.Parse(input, Options);
        Invariant.Holds(whole.RootElement.ValueKind == JsonValueKind.Object, "An envelope that is no object.");
        if (BuiltInRequest.Read(envelope.Data, out var request) is null)
        {
            Json(request.Content, "content");
            Json(request.Ts, "ts");
        }
        SendOn(envelope);
    }

    // As a handler's echo does: the id and the data come back as they were.
    private static void SendOn(Envelope envelope)
    {
        var writer = EnvelopeWriter.Rent(0, ReplyPrefix);
        writer.Json.WriteRawValue(envelope.Data.IsEmpty ? "null"u8 : envelope.Data.Span, skipInputValidation: true);
        var sent = writer.End(null, 1, envelope.MessageId.Span).ToArray();
        writer.Return();
        var read = EnvelopeReader.TryRead(sent, out var back, out _, out var problem);
        Invariant.Holds(read, "The reply cannot be read: " + problem);
        Invariant.Holds(envelope.Data.IsEmpty || back.Data.Span.SequenceEqual(envelope.Data.Span), "The data came back changed.");
    }

    private static void Json(ReadOnlyMemory<byte> slice, string name)
    {
        if (slice.IsEmpty)
        {
            return;
        }
        try
        {
            using var document = JsonDocument.Parse(slice, Options);
        }
        catch (JsonException e)
        {
            throw new BrokenInvariantException($"The slice of {name} is no JSON: {e.Message}");
        }
    }
}
