namespace GoHub.Endpoints;

/// <summary>Remembers what an app has mapped, since several hubs share one <c>/health</c> and one <c>/metrics</c>.</summary>
internal sealed class MappedOnce
{
    private bool _health;
    private bool _metrics;

    /// <returns>True the first time.</returns>
    public bool Health() => !_health && (_health = true);

    /// <returns>True the first time.</returns>
    public bool Metrics() => !_metrics && (_metrics = true);
}
