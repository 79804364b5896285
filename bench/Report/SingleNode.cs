using System.Globalization;
using System.Text;

namespace GoHub.Bench.Reporting;

/// <summary>The figures of bench/run.sh: one process each.</summary>
internal static class SingleNode
{
    public static Section Of(List<Cell> cells)
    {
        var figures = new Figures(cells);
        var servers = figures.Servers("gohub", "signalr", "limit", "coalesce");
        var text = new StringBuilder();
        Load(text, figures, servers);
        if (figures.Workloads.Contains("idle15k"))
        {
            Idle(text, figures, servers);
        }

        return new Section("results", text.ToString(), figures.Complaints(), figures.FullGenerator(), cells.TrueForAll(c => c.Ok), Repeated: true);
    }

    private static void Load(StringBuilder text, Figures figures, List<string> servers)
    {
        text.AppendLine("| workload | server | messages or deliveries/s | p50 / p99 | server CPU us each | rate / SignalR | CPU / SignalR | CPU / limit |");
        text.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var workload in figures.Workloads.Where(w => !w.StartsWith("idle", StringComparison.Ordinal)))
        {
            foreach (var server in servers)
            {
                var fixedRate = figures.Of(server, workload).All(c => c.Number("rate") > 0);
                text.AppendLine(CultureInfo.InvariantCulture,
                    $"| {workload} | {server} | {figures.Spread(server, workload, c => c.Rate, Figures.Count)} | {figures.Latency(server, workload, "latency_us")} | {figures.Spread(server, workload, c => c.Cpu, v => v.ToString("0.00", CultureInfo.InvariantCulture))} | {(fixedRate ? "" : figures.Ratio(server, "signalr", workload, c => c.Rate))} | {figures.Ratio(server, "signalr", workload, c => c.Cpu)} | {figures.Ratio(server, "limit", workload, c => c.Cpu)} |");
            }
        }
    }

    private static void Idle(StringBuilder text, Figures figures, List<string> servers)
    {
        text.AppendLine();
        text.AppendLine("| workload | server | RSS bytes per connection | RSS at the end | connects/s | memory / SignalR |");
        text.AppendLine("|---|---|---|---|---|---|");
        foreach (var server in servers)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| idle15k | {server} | {figures.Spread(server, "idle15k", c => c.Number("rss_bytes_per_conn"), v => v.ToString("#,0", CultureInfo.InvariantCulture))} | {figures.Spread(server, "idle15k", c => c.Number("rss_kb", "end") / 1000, v => v.ToString("0", CultureInfo.InvariantCulture))} MB | {figures.Spread(server, "idle15k", c => c.Number("connects_per_s"), Figures.Count)} | {figures.Ratio(server, "signalr", "idle15k", c => c.Number("rss_bytes_per_conn"))} |");
        }
    }
}
