using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace GoHub.Bench.Reporting;

/// <summary>What one run left in its folder.</summary>
internal sealed record Run(string Folder, Dictionary<string, string> Settings)
{
    public static Run Read(string folder) =>
        new(folder, File.ReadLines(Path.Combine(folder, "run.txt")).Select(l => l.Split('=', 2)).ToDictionary(p => p[0], p => p[1]));

    /// <summary>The lines of a file; none if this run had no such part.</summary>
    public List<JsonNode> Lines(string file)
    {
        var path = Path.Combine(Folder, file);
        return File.Exists(path) ? File.ReadLines(path).Select(l => JsonNode.Parse(l)!).ToList() : [];
    }

    public List<Cell> Cells(string file) => Lines(file).Select(Cell.Of).ToList();

    /// <summary>Where, when and how: what stands above the figures.</summary>
    public string Heading(bool repeated)
    {
        var head = new StringBuilder();
        head.AppendLine(CultureInfo.InvariantCulture, $"Machine: {Settings["machine"]}; {Settings["system"]}. Date: {Settings["date"]}. Commit: {Settings["commit"]}.");
        head.Append(CultureInfo.InvariantCulture, $"Command: `{Settings["command"]}`.");
        if (repeated)
        {
            head.Append(CultureInfo.InvariantCulture, $" {Settings["reps"]} repetition(s) of {Settings["duration"]} s; medians, in brackets the smallest and the largest.");
        }

        head.AppendLine();
        foreach (var (key, value) in Settings.Where(s => s.Key.StartsWith("settings ", StringComparison.Ordinal) && s.Value.Length > 0))
        {
            head.AppendLine(CultureInfo.InvariantCulture, $"{key["settings ".Length..]}: {value}.");
        }

        return head.ToString();
    }
}

/// <summary>One measurement: one server under one workload in one repetition.</summary>
internal sealed record Cell(int Rep, string Server, string Workload, double Foreign, JsonObject Result)
{
    public bool Ok => Result["ok"]!.GetValue<bool>();
    public double BytesPerConnection => Number("rss_bytes_per_conn");
    public double ConnectsPerSecond => Number("connects_per_s");
    public double Rate => Number("msgs_per_s") + Number("deliveries_per_s"); // a result has one of the two
    public double Cpu => Number("server_cpu_us_per_msg");
    public double PerCpuSecond => Cpu > 0 ? 1e6 / Cpu : 0;
    public double Median => Number("latency_us", "p50");
    public double Slow => Number("latency_us", "p99");

    /// <summary>The workload whose load is the same for servers that know no other way to handle it.</summary>
    public static string SameLoad(string workload) => workload.Replace("inline", "echo", StringComparison.Ordinal);

    public static Cell Of(JsonNode node) =>
        new((int)node["rep"]!, (string)node["server"]!, (string)node["workload"]!, (double)node["foreign_cores"]!, node["result"]!.AsObject());

    public double Number(params ReadOnlySpan<string> path)
    {
        JsonNode? node = Result;
        foreach (var name in path)
        {
            node = node?[name];
        }

        return node is null ? 0 : (double)node;
    }

    public override string ToString() => $"{Server} {Workload}, repetition {Rep}";
}
