using System.Buffers;
using NATS.Client.Core;

namespace GoHub.Nats;

/// <summary>A frame is its own serialized form.</summary>
internal sealed class FrameSerializer : INatsSerialize<ReadOnlyMemory<byte>>
{
    public static readonly FrameSerializer Instance = new();

    public void Serialize(IBufferWriter<byte> bufferWriter, ReadOnlyMemory<byte> value) => bufferWriter.Write(value.Span);
}
