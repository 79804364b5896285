using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GoHub.Bus;

/// <summary>The subjects of one cluster; the same strings on every bus.</summary>
/// <remarks>
/// <c>gh1.{namespace}.a</c> all nodes, data · <c>.c</c> all nodes, control · <c>.n.{node}</c> one node · <c>.r.{room}</c> nodes with members of a room.
/// Threads: immutable, any.
/// </remarks>
internal sealed class BusSubjects(string @namespace)
{
    /// <summary>Longest name that goes into a subject as it is. Unit: characters.</summary>
    private const int MaxPlain = 64;

    private readonly string _node = $"gh1.{@namespace}.n.";
    private readonly string _room = $"gh1.{@namespace}.r.";

    /// <summary>Data for every node: broadcasts, and messages to users.</summary>
    public string All { get; } = $"gh1.{@namespace}.a";

    /// <summary>Membership and control, apart from data so that neither waits for the other.</summary>
    public string Control { get; } = $"gh1.{@namespace}.c";

    public string Node(ulong node) => _node + node.ToString("x16", CultureInfo.InvariantCulture);

    public string Room(string id) => _room + Encode(id);

    /// <summary>A name as one token that holds no character with a meaning to any bus. What is not plain becomes a hash, since the true name travels in the frame.</summary>
    public static string Encode(string name)
    {
        if (IsPlain(name))
        {
            return name;
        }
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        return "~" + Base64Url.EncodeToString(hash[..16]);
    }

    private static bool IsPlain(string name)
    {
        if (name.Length is 0 or > MaxPlain)
        {
            return false;
        }
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-'))
            {
                return false;
            }
        }
        return true;
    }
}
