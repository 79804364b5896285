using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace GoHub.Connections;

/// <summary>Why a connection was not let in.</summary>
internal enum LimitHit
{
    None,
    Node,
    Address,
    User,
}

/// <summary>Counts the connections of the node, of each address and of each user, and refuses those above a limit.</summary>
/// <remarks>Owner of the counts. Threads: any. What is not limited is not counted.</remarks>
internal sealed class ConnectionLimiter(GoHubLimitOptions limits)
{
    private readonly ConcurrentDictionary<IPAddress, int> _addresses = new();
    private readonly ConcurrentDictionary<string, int> _users = new(StringComparer.Ordinal);
    private int _total;

    /// <summary>Takes a place for a connection, or none at all.</summary>
    public LimitHit TryEnter(IPAddress? address, string? userId)
    {
        if (Interlocked.Increment(ref _total) > limits.Connections && limits.Connections > 0)
        {
            Interlocked.Decrement(ref _total);
            return LimitHit.Node;
        }
        if (!TryTake(_addresses, Network(address), limits.ConnectionsPerIp))
        {
            Interlocked.Decrement(ref _total);
            return LimitHit.Address;
        }
        if (!TryEnterUser(userId))
        {
            Give(_addresses, Network(address), limits.ConnectionsPerIp);
            Interlocked.Decrement(ref _total);
            return LimitHit.User;
        }
        return LimitHit.None;
    }

    /// <summary>Takes a place of the user that a connection signs in as.</summary>
    public bool TryEnterUser(string? userId) => TryTake(_users, userId, limits.ConnectionsPerUser);

    public void Leave(IPAddress? address, string? userId)
    {
        Give(_users, userId, limits.ConnectionsPerUser);
        Give(_addresses, Network(address), limits.ConnectionsPerIp);
        Interlocked.Decrement(ref _total);
    }

    // One customer's IPv6 line is a /64, so a limit per address must be one per /64.
    private static IPAddress? Network(IPAddress? address)
    {
        if (address is null || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }

    private static bool TryTake<TKey>(ConcurrentDictionary<TKey, int> counts, TKey? key, int limit)
        where TKey : class
    {
        if (limit <= 0 || key is null)
        {
            return true;
        }
        while (true)
        {
            var count = counts.GetOrAdd(key, 0);
            if (count >= limit)
            {
                return false;
            }
            if (counts.TryUpdate(key, count + 1, count))
            {
                return true;
            }
        }
    }

    private static void Give<TKey>(ConcurrentDictionary<TKey, int> counts, TKey? key, int limit)
        where TKey : class
    {
        if (limit <= 0 || key is null)
        {
            return;
        }
        while (counts.TryGetValue(key, out var count))
        {
            if (count <= 1 ? counts.TryRemove(new(key, count)) : counts.TryUpdate(key, count - 1, count))
            {
                return;
            }
        }
    }
}
