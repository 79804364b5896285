using System.IO.Enumeration;

namespace GoHub.Security;

/// <summary>What one identity may do. Grants are names (<c>join:room</c>) or names narrowed by a pattern (<c>join:room:team-*</c>).</summary>
/// <remarks>Threads: immutable, any.</remarks>
internal sealed class PermissionSet
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
                && FileSystemName.MatchesSimpleExpression(grant.AsSpan(permission.Length + 1), resource, ignoreCase: false))
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

    private static bool IsNarrowed(string grant, string permission) =>
        grant.Length > permission.Length + 1 && grant[permission.Length] == ':' && grant.StartsWith(permission, StringComparison.Ordinal);
}
