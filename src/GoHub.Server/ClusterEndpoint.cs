using System.Text.Json.Serialization;
using GoHub.Bus;
using Microsoft.Extensions.Options;

namespace GoHub.Server;

/// <summary><c>GET /cluster</c>: the nodes as this one sees them, for the page and for people.</summary>
/// <remarks>Asks nobody: it says what heartbeats have said. Threads: any.</remarks>
internal static class ClusterEndpoint
{
    public const string Path = "/cluster";

    public static void Map(WebApplication app)
    {
        var nodes = app.Services.GetRequiredService<IGoHub>().Nodes;
        var cluster = app.Services.GetRequiredService<IOptions<GoHubOptions>>().Value.Cluster;
        var bus = BusChoice.IsNone(cluster.Bus) ? "none" : cluster.Bus!.ToLowerInvariant();
        app.MapGet(Path, (RequestDelegate)(context =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return context.Response.WriteAsJsonAsync(Describe(cluster.Namespace, bus, nodes), ClusterJson.Default.ClusterView);
        })).AllowAnonymous().ExcludeFromDescription();
    }

    private static ClusterView Describe(string @namespace, string bus, GoHubNodes nodes)
    {
        var all = nodes.List();
        return new ClusterView(
            @namespace, bus, nodes.IsConnected,
            [.. all.Select(static n => new NodeView(n.NodeId, n.Name, Word(n.Status), n.Version, n.Connections, n.Rooms, n.StartedAt))],
            all.Sum(static n => n.Connections), all.Sum(static n => n.Rooms),
            [.. all.Where(static n => n.Status == NodeStatus.Suspect).Select(static n => n.NodeId)]);
    }

    private static string Word(NodeStatus status) => status switch
    {
        NodeStatus.Joining => "joining",
        NodeStatus.Ready => "ready",
        NodeStatus.Draining => "draining",
        NodeStatus.Leaving => "leaving",
        _ => "suspect",
    };
}

/// <summary>What <c>/cluster</c> says.</summary>
/// <param name="Namespace">Of the cluster.</param>
/// <param name="Bus"><c>none</c>, <c>nats</c> or <c>redis</c>.</param>
/// <param name="Connected">Whether the bus carries messages; true where there is none.</param>
/// <param name="Nodes">The node that answers first.</param>
/// <param name="Connections">Sum over the nodes.</param>
/// <param name="Rooms">Sum over the nodes: a room counts on each node that has it.</param>
/// <param name="Missing">Nodes whose numbers are old, since they have been silent for 6 s or the bus is down.</param>
internal sealed record ClusterView(
    string Namespace, string Bus, bool Connected, IReadOnlyList<NodeView> Nodes, int Connections, int Rooms, IReadOnlyList<string> Missing);

/// <summary>One node of it.</summary>
internal sealed record NodeView(string NodeId, string Name, string Status, string Version, int Connections, int Rooms, DateTimeOffset StartedAt);

/// <summary>Source-generated writing of it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ClusterView))]
internal sealed partial class ClusterJson : JsonSerializerContext;
