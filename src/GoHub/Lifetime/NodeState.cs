namespace GoHub.Lifetime;

/// <summary>Where a node is between start and stop.</summary>
/// <remarks>Owner: <see cref="Drain"/> changes it. Threads: any may read.</remarks>
internal sealed class NodeState
{
    private volatile bool _started;
    private volatile bool _draining;

    public bool IsReady => _started && !_draining;

    public bool IsDraining => _draining;

    public void Started() => _started = true;

    public void Drain() => _draining = true;
}
