using System.Collections.Concurrent;

namespace GoHub.Connections;

/// <summary>The connections of this node by user.</summary>
/// <remarks>Owner of the index. Threads: any. Most users have one connection, which then stands in the index itself.</remarks>
internal sealed class UserIndex
{
    // A GoHubConnection, or Several of them.
    private readonly ConcurrentDictionary<string, object> _users = new(StringComparer.Ordinal);

    /// <summary>Lists a connection under its user, if it has one. Once is enough, and more does no harm.</summary>
    public void Add(GoHubConnection connection)
    {
        if (connection.UserId is not { } user)
        {
            return;
        }
        while (true)
        {
            if (!_users.TryGetValue(user, out var held))
            {
                if (_users.TryAdd(user, connection))
                {
                    return;
                }
            }
            else if (held is Several several)
            {
                if (several.TryAdd(connection))
                {
                    return;
                }
                // The last connection of this user left at this moment; its entry goes and a new one comes.
                _users.TryRemove(new(user, several));
            }
            else if (ReferenceEquals(held, connection) || _users.TryUpdate(user, new Several((GoHubConnection)held, connection), held))
            {
                return;
            }
        }
    }

    public void Remove(GoHubConnection connection)
    {
        if (connection.UserId is not { } user)
        {
            return;
        }
        while (_users.TryGetValue(user, out var held))
        {
            if (held is Several several)
            {
                if (several.RemoveAndIsEmpty(connection))
                {
                    _users.TryRemove(new(user, several));
                }
                return;
            }
            if (!ReferenceEquals(held, connection) || _users.TryRemove(new(user, held)))
            {
                return;
            }
        }
    }

    /// <summary>The connections of a user, empty for none.</summary>
    public GoHubConnection[] Of(string userId) =>
        !_users.TryGetValue(userId, out var held) ? [] : held is Several several ? several.ToArray() : [(GoHubConnection)held];

    /// <summary>Two connections or more, and what is left of them.</summary>
    private sealed class Several(GoHubConnection first, GoHubConnection second)
    {
        private readonly Lock _gate = new();
        private readonly HashSet<GoHubConnection> _connections = [first, second];
        private bool _retired;

        /// <returns>False if it was empty once: then another has to take its place.</returns>
        public bool TryAdd(GoHubConnection connection)
        {
            lock (_gate)
            {
                if (!_retired)
                {
                    _connections.Add(connection);
                }
                return !_retired;
            }
        }

        public bool RemoveAndIsEmpty(GoHubConnection connection)
        {
            lock (_gate)
            {
                _connections.Remove(connection);
                return _retired = _connections.Count == 0;
            }
        }

        public GoHubConnection[] ToArray()
        {
            lock (_gate)
            {
                return [.. _connections];
            }
        }
    }
}
