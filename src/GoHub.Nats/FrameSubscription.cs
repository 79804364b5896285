using System.Buffers;
using NATS.Client.Core;

namespace GoHub.Nats;

/// <summary>A subscription that hands frames to the node on the connection's own reader: no queue, so nothing is dropped and nothing overtakes.</summary>
/// <remarks>Threads: the reader of its connection.</remarks>
internal sealed class FrameSubscription(NatsConnection connection, NatsLink link, string subject) : NatsSubBase(connection, connection.SubscriptionManager, subject, null, null)
{
    /// <summary>Whether the server has confirmed it.</summary>
    public bool IsConfirmed { get; set; }

    public override ValueTask ReceiveAsync(string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer)
    {
        link.OnFrame(payloadBuffer);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask ReceiveInternalAsync(string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer) =>
        ReceiveAsync(subject, replyTo, headersBuffer, payloadBuffer);

    protected override void TryComplete()
    {
        // There is no channel to complete.
    }
}

/// <summary>Hears that nobody was subscribed to what was published with a correlation: NATS's "no responders".</summary>
/// <remarks>Threads: the reader of its connection.</remarks>
internal sealed class NobodySubscription(NatsConnection connection, NatsLink link, string prefix) : NatsSubBase(connection, connection.SubscriptionManager, prefix + "*", null, null)
{
    private const int VersionLength = 8; // "NATS/1.0"

    public override ValueTask ReceiveAsync(string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer)
    {
        if (headersBuffer is { } headers && IsNoResponders(headers) && subject.Length > prefix.Length)
        {
            link.OnNobody(subject.AsSpan(prefix.Length));
        }
        return ValueTask.CompletedTask;
    }

    protected override ValueTask ReceiveInternalAsync(string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer) =>
        ReceiveAsync(subject, replyTo, headersBuffer, payloadBuffer);

    protected override void TryComplete()
    {
        // There is no channel to complete.
    }

    private static bool IsNoResponders(ReadOnlySequence<byte> headers)
    {
        Span<byte> status = stackalloc byte[4];
        if (headers.Length < VersionLength + status.Length)
        {
            return false;
        }
        headers.Slice(VersionLength, status.Length).CopyTo(status);
        return status.SequenceEqual(" 503"u8);
    }
}
