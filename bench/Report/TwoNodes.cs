using System.Text;
using System.Text.Json.Nodes;

namespace GoHub.Bench.Reporting;

/// <summary>The load of bench/cluster.sh: two nodes and their bus on one CPU.</summary>
internal static class TwoNodes
{
    private const string Peer = "signalr-redis", OneNode = "gohub";

    public static Section Of(List<Cell> cells)
    {
        var figures = new Figures(cells);
        var servers = figures.Servers("gohub-redis", "gohub-redis-sockets", "gohub-nats", "gohub-nats-sockets", Peer, OneNode, "gohub-sockets", "signalr");
        var text = new StringBuilder();
        Targets.Write(text, figures, Targets.TwoNodes);
        Theme("Everybody in one room", "2fan");
        Theme("Many small rooms", "2rooms");
        return new Section("two nodes", text.ToString(), figures.Complaints(), [.. figures.FullServer(), .. figures.FullGenerator()], cells.TrueForAll(c => c.Ok), Repeated: true);

        void Theme(string title, string kind)
        {
            var workloads = figures.Workloads.Where(w => w.StartsWith(kind, StringComparison.Ordinal)).ToList();
            if (workloads.Count > 0)
            {
                text.AppendLine().AppendLine($"### {title}").AppendLine();
                Table.Write(text, figures, workloads, servers, Columns(figures));
            }
        }
    }

    private static Column[] Columns(Figures figures) =>
    [
        new("deliveries/s", (s, w) => figures.Spread(s, w, c => c.Rate, Figures.Count)),
        new("deliveries per CPU-second", (s, w) => figures.Spread(s, w, c => c.PerCpuSecond, Figures.Count)),
        new("cores", (s, w) => figures.Spread(s, w, c => c.Number("server_cores"), Figures.Short)),
        new("bus CPU us per delivery", (s, w) => HasBus(s) ? figures.Spread(s, w, BusCpu, Figures.Short) : ""),
        // With one node all deliveries are local ones.
        new("local p50 / p99", (s, w) => figures.Latency(s, w, HasBus(s) ? "latency_local_us" : "latency_us")),
        new("remote p50 / p99", (s, w) => figures.Latency(s, w, "latency_remote_us")),
        // Half of each one's own rate compares latencies only.
        new("rate / SignalR", (s, w) => figures.HasFixedRate(s, w) ? "" : figures.Ratio(s, Peer, w, c => c.Rate)),
        new("per CPU-second / SignalR", (s, w) => w.EndsWith("@half", StringComparison.Ordinal) ? "" : figures.Ratio(s, Peer, w, c => c.PerCpuSecond)),
        new("CPU / one node", (s, w) => figures.Ratio(s, OneNode, w, c => c.Cpu)),
    ];

    private static bool HasBus(string server) =>
        server.Contains("-redis", StringComparison.Ordinal) || server.Contains("-nats", StringComparison.Ordinal);

    // The generator names the bus last.
    private static double BusCpu(Cell cell) => cell.Result["cpu_us_per_msg_by_pid"] is JsonArray { Count: > 2 } each ? (double)each[^1]! : 0;
}
