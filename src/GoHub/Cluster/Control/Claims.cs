namespace GoHub.Cluster;

/// <summary>Which rooms are being created at this moment, here or with our consent elsewhere.</summary>
/// <remarks>
/// Pure. Owner: <see cref="ControlCore"/>. Who creates a room asks all others first. Two that ask each other for one room decide by their
/// numbers: the smaller one refuses, the larger one consents and gives up its own. A node that has consented keeps out of that room until it hears of the creation.
/// </remarks>
internal sealed class Claims(ulong self)
{
    /// <summary>How long a consent binds. Above the time an ask may take.</summary>
    private static readonly TimeSpan Consent = TimeSpan.FromSeconds(2);

    private readonly HashSet<string> _own = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _given = new(StringComparer.Ordinal);

    /// <returns>False if another node is creating it, or this one already.</returns>
    public bool TryBegin(string room, TimeSpan now) => !(_given.TryGetValue(room, out var until) && now < until) && _own.Add(room);

    /// <summary>Whether this node is still creating it; not if it has given way meanwhile.</summary>
    public bool Holds(string room) => _own.Contains(room);

    public void End(string room) => _own.Remove(room);

    /// <returns>Whether <paramref name="node"/> may create it, as far as this node knows no such room.</returns>
    public bool TryGive(string room, ulong node, TimeSpan now)
    {
        if (_own.Contains(room) && self < node)
        {
            return false;
        }
        // Its refusal may be lost on the way.
        _own.Remove(room);
        _given[room] = now + Consent;
        return true;
    }

    public void Created(string room) => _given.Remove(room);

    public void Tick(TimeSpan now)
    {
        foreach (var (room, until) in _given)
        {
            if (now >= until)
            {
                _given.Remove(room);
            }
        }
    }
}
