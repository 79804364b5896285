using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace GoHub.Security;

/// <summary>Tokens that are refused though they are signed and in time.</summary>
/// <remarks>Owner of what this node knows of them; the cluster sees to it that all nodes know the same. Threads: any.</remarks>
internal sealed class Revocations(TimeProvider time)
{
    private const string User = "u:";
    private const string Token = "t:";

    private readonly ConcurrentDictionary<string, (long IssuedUntil, long Until)> _entries = new(StringComparer.Ordinal);

    public static string OfUser(string userId) => User + userId;

    public static string OfToken(UInt128 tokenHash) => Token + tokenHash.ToString("x32", null);

    /// <summary>The user a subject names, or null.</summary>
    public static string? UserOf(string subject) => subject.StartsWith(User, StringComparison.Ordinal) ? subject[User.Length..] : null;

    /// <summary>What stands for a token without being one.</summary>
    public static UInt128 Hash(string token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <param name="subject"><see cref="OfUser"/> or <see cref="OfToken"/>.</param>
    /// <param name="issuedUntil">Tokens issued up to this second. Unix seconds.</param>
    /// <param name="until">When it may be forgotten. Unix seconds.</param>
    public void Add(string subject, long issuedUntil, long until) => _entries[subject] = (issuedUntil, until);

    /// <summary>Forgets what is past its time.</summary>
    public void Sweep()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        foreach (var (subject, entry) in _entries)
        {
            if (entry.Until < now)
            {
                _entries.TryRemove(new(subject, entry));
            }
        }
    }

    /// <summary>Up to which second tokens of a user are revoked; null if none are.</summary>
    public long? IssuedUntil(string userId) => _entries.TryGetValue(OfUser(userId), out var entry) ? entry.IssuedUntil : null;

    /// <summary>Whether the token that an identity comes from is revoked.</summary>
    public bool Covers(Identity identity)
    {
        if (_entries.IsEmpty || identity is not TokenIdentity token)
        {
            return false;
        }
        return (token.UserId is { } user && IssuedUntil(user) is { } issuedUntil && token.IssuedAt <= issuedUntil)
            || _entries.ContainsKey(OfToken(token.TokenHash));
    }
}
