using System.Buffers.Binary;

namespace GoHub.IntegrationTests.Wire;

/// <summary>A frame as the server sent it.</summary>
internal sealed record ServerFrame(bool Fin, int Rsv, int Opcode, byte[] Payload)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    /// <summary>The code of a close frame; 1005 if it has none (RFC 6455 §7.1.5).</summary>
    public int CloseCode => Payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(Payload) : 1005;

    public string CloseReason => Payload.Length > 2 ? Encoding.UTF8.GetString(Payload.AsSpan(2)) : "";

    public override string ToString() => Opcode switch
    {
        Wire.Opcode.Close => $"close {CloseCode} '{CloseReason}'",
        Wire.Opcode.Text => $"text {(Payload.Length > 300 ? $"of {Payload.Length} bytes" : Text)}",
        _ => $"opcode {Opcode}, {Payload.Length} bytes",
    };
}
