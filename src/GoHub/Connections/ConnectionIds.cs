using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace GoHub.Connections;

/// <summary>Makes connection ids: 24 random bytes as 32 characters of base64url.</summary>
/// <remarks>
/// The first 8 bytes are the node's, drawn at its start, so that a cluster can route to a connection without a directory;
/// the other 16 (128 bits) are each connection's own and cannot be guessed. Threads: any.
/// </remarks>
internal sealed class ConnectionIds
{
    /// <summary>Unit: bytes, before they are written as text.</summary>
    public const int Bytes = 24;

    private const int NodeBytes = 8;
    private const int Length = 32;

    private readonly byte[] _node = RandomNumberGenerator.GetBytes(NodeBytes);

    /// <summary>This node's number, as its connections' ids begin with it.</summary>
    public ulong Node => BinaryPrimitives.ReadUInt64BigEndian(_node);

    /// <summary>The 24 bytes of an id; false if it is none.</summary>
    public static bool TryRead(string? id, Span<byte> bytes) =>
        id is { Length: Length } && Base64Url.TryDecodeFromChars(id, bytes, out var written) && written == Bytes;

    /// <summary>The node of the connection with this id; false if it is none.</summary>
    public static bool TryNodeOf(string id, out ulong node)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        var read = TryRead(id, bytes);
        node = read ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : 0;
        return read;
    }

    /// <summary>The node in the 24 bytes of an id.</summary>
    public static ulong NodeOf(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64BigEndian(bytes);

    public static string Write(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    public string Next()
    {
        Span<byte> id = stackalloc byte[Bytes];
        _node.CopyTo(id);
        RandomNumberGenerator.Fill(id[NodeBytes..]);
        return Base64Url.EncodeToString(id);
    }
}
