namespace GoHub;

/// <summary>What <c>MapGoHub</c> maps.</summary>
public sealed class GoHubMapOptions
{
    /// <summary>The WebSocket endpoint. Default <see cref="GoHubSettings.Path"/>.</summary>
    public string Path { get; set; } = "/ws";

    /// <summary>Whether <c>/health</c>, <c>/health/live</c> and <c>/health/ready</c> are mapped. Default true; turn it off where the app has its own.</summary>
    public bool MapHealth { get; set; } = true;

    /// <summary>Whether <c>/metrics</c> is mapped. Default true; turn it off where the app exports the meter <c>GoHub</c> by itself.</summary>
    public bool MapMetrics { get; set; } = true;
}
