using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace GoHub.Testing;

/// <summary>What the nodes of a <see cref="GoHubTestCluster"/> are like; each node gets the same.</summary>
public sealed class GoHubTestOptions
{
    /// <summary>How many nodes start. Default 1; 1 to 100.</summary>
    public int Nodes { get; set; } = 1;

    /// <summary>Maps the app's handlers, as after <c>app.MapGoHub("/ws")</c>.</summary>
    public Action<GoHubEndpointBuilder>? Map { get; set; }

    /// <summary>Sets options of the hub. Tokens are signed with a key made for the cluster, unless this sets another.</summary>
    public Action<GoHubOptions>? Hub { get; set; }

    /// <summary>Adds the app's services and settings; called once for each node.</summary>
    public Action<WebApplicationBuilder>? Configure { get; set; }

    /// <summary>Maps other endpoints of the app; called once for each node, after <see cref="Map"/>.</summary>
    public Action<WebApplication>? App { get; set; }
}
