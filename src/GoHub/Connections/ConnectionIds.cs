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
    private const int NodeBytes = 8;
    private const int Bytes = 24;

    private readonly byte[] _node = RandomNumberGenerator.GetBytes(NodeBytes);

    public string Next()
    {
        Span<byte> id = stackalloc byte[Bytes];
        _node.CopyTo(id);
        RandomNumberGenerator.Fill(id[NodeBytes..]);
        return Base64Url.EncodeToString(id);
    }
}
