using System.Globalization;
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
        var servers = figures.Servers("gohub-redis", "gohub-nats", Peer, OneNode, "signalr");
        var text = new StringBuilder();
        text.AppendLine("| workload | server | deliveries/s | deliveries per CPU-second | cores | bus CPU us per delivery | local p50 / p99 | remote p50 / p99 | rate / SignalR | per CPU-second / SignalR | CPU / one node |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var workload in figures.Workloads)
        {
            foreach (var server in servers)
            {
                text.AppendLine(Row(figures, workload, server));
            }
        }

        return new Section("two nodes", text.ToString(), figures.Complaints(), [.. figures.FullServer(), .. figures.FullGenerator()], cells.TrueForAll(c => c.Ok), Repeated: true);
    }

    private static string Row(Figures figures, string workload, string server)
    {
        // With one node all deliveries are local ones.
        var local = server.Contains('-', StringComparison.Ordinal) ? "latency_local_us" : "latency_us";
        // Half of each one's own rate compares latencies only.
        var rates = figures.Of(server, workload).All(c => c.Number("rate") > 0) ? "" : figures.Ratio(server, Peer, workload, c => c.Rate);
        var costs = workload.EndsWith("@half", StringComparison.Ordinal) ? "" : figures.Ratio(server, Peer, workload, PerCpuSecond);
        return string.Create(CultureInfo.InvariantCulture,
            $"| {workload} | {server} | {figures.Spread(server, workload, c => c.Rate, Figures.Count)} | {figures.Spread(server, workload, PerCpuSecond, Figures.Count)} | {figures.Spread(server, workload, c => c.Number("server_cores"), Figures.Short)} | {Bus(figures, server, workload)} | {figures.Latency(server, workload, local)} | {figures.Latency(server, workload, "latency_remote_us")} | {rates} | {costs} | {figures.Ratio(server, OneNode, workload, c => c.Cpu)} |");
    }

    private static string Bus(Figures figures, string server, string workload) =>
        server.Contains('-', StringComparison.Ordinal) ? figures.Spread(server, workload, BusCpu, Figures.Short) : "";

    private static double PerCpuSecond(Cell cell) => cell.Cpu > 0 ? 1e6 / cell.Cpu : 0;

    // The generator names the bus last.
    private static double BusCpu(Cell cell) => cell.Result["cpu_us_per_msg_by_pid"] is JsonArray { Count: > 2 } each ? (double)each[^1]! : 0;
}
