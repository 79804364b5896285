using System.Globalization;
using System.Text;

namespace GoHub.Bench.Reporting;

/// <summary>The figures of bench/run.sh: one process each.</summary>
internal static class SingleNode
{
    private const string Peer = "signalr", Yardstick = "limit", Stock = "aspnet";

    private static readonly string[] Known = ["gohub", "gohub-aot", "gohub-sockets", "gohub-sockets-aot", Peer, Stock, "ws", Yardstick, "coalesce"];

    public static Section Of(List<Cell> cells)
    {
        var figures = new Figures(cells);
        var text = new StringBuilder();
        var pictures = new Dictionary<string, string>();
        Targets.Write(text, figures, Targets.OneNode);
        Theme("JSON messages through typed handlers", "echo", "inline");
        Theme("Binary frames", "raw");
        Theme("Fan-out to a room", "fan");
        Theme("Plain HTTP on the same server", "http");
        Theme("Connecting", "connects");
        Theme("Memory of idle connections", "idle");
        return new Section("results", text.ToString(), figures.Complaints(), [.. figures.FullServer(), .. figures.FullGenerator()], cells.TrueForAll(c => c.Ok), Repeated: true)
        {
            Pictures = pictures,
        };

        void Theme(string title, params string[] kinds)
        {
            var workloads = figures.Workloads.Where(w => Array.Exists(kinds, k => w.StartsWith(k, StringComparison.Ordinal))).ToList();
            if (workloads.Count == 0)
            {
                return;
            }

            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"### {title}").AppendLine();
            if (Chart.Draw(figures, workloads, figures.Servers(Known), Yardstick) is { } picture)
            {
                var path = $"benchmarks/{kinds[0]}.svg";
                pictures[path] = picture;
                text.AppendLine(CultureInfo.InvariantCulture, $"![CPU of the server for each message, relative to {Yardstick}]({path})").AppendLine();
            }

            Table.Write(text, figures, workloads, figures.Servers(Known), Columns(kinds[0], figures));
        }
    }

    private static Column[] Columns(string kind, Figures figures) => kind switch
    {
        "connects" =>
        [
            new("connects/s", (s, w) => figures.Spread(s, w, c => c.ConnectsPerSecond, Figures.Count)),
            new("server CPU us per connect", (s, w) => figures.Spread(s, w, c => c.Number("server_cpu_us_per_connect"), Figures.Short)),
            new("rate / SignalR", (s, w) => figures.Ratio(s, Peer, w, c => c.ConnectsPerSecond)),
            new("rate / limit", (s, w) => figures.Ratio(s, Yardstick, w, c => c.ConnectsPerSecond)),
        ],
        "idle" =>
        [
            new("RSS bytes per connection", (s, w) => figures.Spread(s, w, c => c.BytesPerConnection, Figures.Bytes)),
            new("RSS at the end, MB", (s, w) => figures.Spread(s, w, c => c.Number("rss_kb", "end") / 1000, Figures.Bytes)),
            new("memory / SignalR", (s, w) => figures.Ratio(s, Peer, w, c => c.BytesPerConnection)),
            new("connects/s", (s, w) => figures.Spread(s, w, c => c.ConnectsPerSecond, Figures.Count)),
        ],
        "http" =>
        [
            new("requests/s", (s, w) => figures.Spread(s, w, c => c.Rate, Figures.Count)),
            new("p50 / p99", (s, w) => figures.Latency(s, w, "latency_us")),
            new("server CPU us each", (s, w) => figures.Spread(s, w, c => c.Cpu, Figures.Cost)),
            new("rate / aspnet", (s, w) => figures.Ratio(s, Stock, w, c => c.Rate)),
            new("CPU / aspnet", (s, w) => figures.Ratio(s, Stock, w, c => c.Cpu)),
        ],
        _ =>
        [
            new(kind == "fan" ? "deliveries/s" : "messages/s", (s, w) => figures.Spread(s, w, c => c.Rate, Figures.Count)),
            new("p50 / p99", (s, w) => figures.Latency(s, w, "latency_us")),
            new("server CPU us each", (s, w) => figures.Spread(s, w, c => c.Cpu, Figures.Cost)),
            .. SignalRColumns(kind, figures),
            new("CPU / limit", (s, w) => figures.Ratio(s, Yardstick, w, c => c.Cpu)),
        ],
    };

    // It has no binary frames to compare with.
    private static Column[] SignalRColumns(string kind, Figures figures) => kind == "raw" ? [] :
    [
        new("rate / SignalR", (s, w) => figures.HasFixedRate(s, w) ? "" : figures.Ratio(s, Peer, w, c => c.Rate)),
        new("CPU / SignalR", (s, w) => figures.Ratio(s, Peer, w, c => c.Cpu)),
    ];
}
