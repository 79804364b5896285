using System.Collections;

namespace GoHub.Client;

/// <summary>One connection that is in a room.</summary>
/// <param name="ClientId">Its connection id.</param>
/// <param name="UserId">Its user; null if it is anonymous.</param>
public sealed record GoHubClientMember(string ClientId, string? UserId);

/// <summary>Who was in a room when the server was asked.</summary>
public sealed class GoHubClientMembers : IReadOnlyList<GoHubClientMember>
{
    private readonly IReadOnlyList<GoHubClientMember> _members;

    internal GoHubClientMembers(IReadOnlyList<GoHubClientMember> members, IReadOnlyList<string> missing) => (_members, Missing) = (members, missing);

    /// <summary>Nodes of the cluster that did not answer, by id: whom they have is not in the list. Empty if all did.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <inheritdoc/>
    public int Count => _members.Count;

    /// <inheritdoc/>
    public GoHubClientMember this[int index] => _members[index];

    /// <inheritdoc/>
    public IEnumerator<GoHubClientMember> GetEnumerator() => _members.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
