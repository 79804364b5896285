namespace GoHub.Security;

/// <summary>What one identity may do. Grants are names (<c>join:room</c>) or names narrowed by a pattern (<c>join:room:team-*</c>).</summary>
/// <remarks>Threads: immutable, any.</remarks>
internal sealed class PermissionSet : IEquatable<PermissionSet>
{
    private static readonly HashSet<string> RoomAdministration =
        [GoHubPermissions.CreateRoom, GoHubPermissions.DeleteRoom, GoHubPermissions.JoinRoom, GoHubPermissions.LeaveRoom, GoHubPermissions.ReadMessage];

    private readonly HashSet<string> _grants;
    private readonly bool _all;
    private readonly bool _rooms;

    public PermissionSet(IEnumerable<string> grants)
    {
        _grants = new HashSet<string>(grants, StringComparer.Ordinal);
        _all = _grants.Contains(GoHubPermissions.AdminSystem);
        _rooms = _grants.Contains(GoHubPermissions.AdminRoom);
    }

    public static PermissionSet None { get; } = new([]);

    public IReadOnlyCollection<string> Grants => _grants;

    /// <summary>Whether <paramref name="permission"/> is granted for everything.</summary>
    public bool Has(string permission) =>
        _all || _grants.Contains(permission) || (_rooms && RoomAdministration.Contains(permission));

    /// <summary>Whether it is granted for this room or receiver.</summary>
    public bool Has(string permission, string resource)
    {
        if (Has(permission))
        {
            return true;
        }
        foreach (var grant in _grants)
        {
            if (IsNarrowed(grant, permission)
                && Matches(grant.AsSpan(permission.Length + 1), resource))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether it is granted for anything at all: asked before the message is looked at.</summary>
    public bool HasAny(string permission)
    {
        if (Has(permission))
        {
            return true;
        }
        foreach (var grant in _grants)
        {
            if (IsNarrowed(grant, permission))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether the same is granted, and in the same order: a connection shows its grants as its own token does.</summary>
    public bool Equals(PermissionSet? other) => other is not null && _grants.SequenceEqual(other._grants, StringComparer.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as PermissionSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var grant in _grants)
        {
            hash.Add(grant, StringComparer.Ordinal);
        }
        return hash.ToHashCode();
    }

    // Only * is special, unlike in the framework's file patterns, where ? and \ would widen a grant unasked.
    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var star = pattern.IndexOf('*');
        if (star < 0)
        {
            return pattern.SequenceEqual(text);
        }
        if (!text.StartsWith(pattern[..star]))
        {
            return false;
        }
        text = text[star..];
        pattern = pattern[(star + 1)..];
        while ((star = pattern.IndexOf('*')) >= 0)
        {
            // The earliest place is as good as any: what follows a * may start anywhere later.
            var at = text.IndexOf(pattern[..star]);
            if (at < 0)
            {
                return false;
            }
            text = text[(at + star)..];
            pattern = pattern[(star + 1)..];
        }
        return text.EndsWith(pattern);
    }

    private static bool IsNarrowed(string grant, string permission) =>
        grant.Length > permission.Length + 1 && grant[permission.Length] == ':' && grant.StartsWith(permission, StringComparison.Ordinal);
}
