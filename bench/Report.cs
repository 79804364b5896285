// Reads one run of bench/run.sh, prints its table and, where the run is good enough, writes it into docs/benchmarks.md.
//   dotnet run bench/Report.cs -- <results folder> <docs file> auto|yes|no
#:property PublishAot=false
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

const string Begin = "<!-- results: begin -->", End = "<!-- results: end -->";
const double QuietCores = 0.15; // more than this taken by others, and a cell says little about its server

var (folder, docs, wish) = (args[0], args[1], args[2]);
var settings = File.ReadLines(Path.Combine(folder, "run.txt")).Select(l => l.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
var cells = File.ReadLines(Path.Combine(folder, "results.jsonl")).Select(l => Cell.Parse(l)).ToList();
var workloads = cells.Select(c => c.Workload).Distinct().ToList();
var servers = cells.Select(c => c.Server).Distinct().OrderBy(s => Array.IndexOf(["gohub", "signalr", "limit", "coalesce"], s)).ToList();

var text = new StringBuilder();
text.AppendLine("| workload | server | messages or deliveries/s | p50 / p99 | server CPU us each | rate / SignalR | CPU / SignalR | CPU / limit |");
text.AppendLine("|---|---|---|---|---|---|---|---|");
foreach (var workload in workloads.Where(w => !w.StartsWith("idle", StringComparison.Ordinal)))
{
    foreach (var server in servers)
    {
        var fixedRate = Of(server, workload).All(c => c.Number("rate") > 0);
        text.AppendLine(CultureInfo.InvariantCulture,
            $"| {workload} | {server} | {Spread(server, workload, c => c.Rate, Count)} | {Latency(server, workload)} | {Spread(server, workload, c => c.Cpu, v => v.ToString("0.00", CultureInfo.InvariantCulture))} | {(fixedRate ? "" : Ratio(server, "signalr", workload, c => c.Rate))} | {Ratio(server, "signalr", workload, c => c.Cpu)} | {Ratio(server, "limit", workload, c => c.Cpu)} |");
    }
}

if (workloads.Contains("idle15k"))
{
    text.AppendLine();
    text.AppendLine("| workload | server | RSS bytes per connection | RSS at the end | connects/s | memory / SignalR |");
    text.AppendLine("|---|---|---|---|---|---|");
    foreach (var server in servers)
    {
        text.AppendLine(CultureInfo.InvariantCulture,
            $"| idle15k | {server} | {Spread(server, "idle15k", c => c.Number("rss_bytes_per_conn"), v => v.ToString("#,0", CultureInfo.InvariantCulture))} | {Spread(server, "idle15k", c => c.Number("rss_kb", "end") / 1000, v => v.ToString("0", CultureInfo.InvariantCulture))} MB | {Spread(server, "idle15k", c => c.Number("connects_per_s"), Count)} | {Ratio(server, "signalr", "idle15k", c => c.Number("rss_bytes_per_conn"))} |");
    }
}

Console.WriteLine();
Console.WriteLine(text);
var complaints = Complaints().ToList();
foreach (var complaint in complaints)
{
    Console.WriteLine(complaint);
}

if (wish == "no" || (wish == "auto" && complaints.Count > 0))
{
    Console.WriteLine(wish == "no" ? "docs left alone" : $"{docs} left alone: not a run to publish (--docs writes it all the same)");
    return cells.TrueForAll(c => c.Ok) ? 0 : 1;
}

var page = File.ReadAllText(docs);
var (from, to) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
if (from < 0 || to < from)
{
    Console.WriteLine($"{docs} has no '{Begin}' and '{End}'");
    return 1;
}

File.WriteAllText(docs, $"{page[..(from + Begin.Length)]}\n{Heading()}\n{text.ToString().TrimEnd()}\n{Caveats(complaints)}{page[to..]}");
Console.WriteLine($"{docs} written");
return cells.TrueForAll(c => c.Ok) ? 0 : 1;

IEnumerable<Cell> Of(string server, string workload) => cells.Where(c => c.Server == server && c.Workload == workload);

string Spread(string server, string workload, Func<Cell, double> figure, Func<double, string> show)
{
    var values = Of(server, workload).Select(figure).Order().ToList();
    return values.Count == 0 ? "" : values.Count == 1 ? show(values[0]) : $"{show(Median(values))} ({show(values[0])}-{show(values[^1])})";
}

string Latency(string server, string workload) =>
    $"{Spread(server, workload, c => c.Number("latency_us", "p50"), Time)} / {Spread(server, workload, c => c.Number("latency_us", "p99"), Time)}";

// The ratio is taken within each repetition, where the machine was the same; then the median of those.
string Ratio(string server, string reference, string workload, Func<Cell, double> figure)
{
    if (server == reference)
    {
        return "1";
    }

    var ratios = Of(server, workload)
        .Join(Of(reference, workload), c => c.Rep, c => c.Rep, (a, b) => figure(a) / figure(b))
        .Where(double.IsFinite).Order().ToList();
    return ratios.Count == 0 ? "" : ratios.Count == 1 ? Short(ratios[0]) : $"**{Short(Median(ratios))}** ({Short(ratios[0])}-{Short(ratios[^1])})";
}

IEnumerable<string> Complaints()
{
    if (cells.Max(c => c.Rep) < 3)
    {
        yield return "Fewer than three repetitions.";
    }

    foreach (var c in cells.Where(c => !c.Ok))
    {
        yield return $"Errors on the wire: {c} {c.Result["errors"]!.ToJsonString()}";
    }

    foreach (var c in cells.Where(c => c.Foreign > QuietCores))
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"Not quiet: {c}, other processes took {c.Foreign:0.00} cores.");
    }
}

string Heading()
{
    var head = new StringBuilder();
    head.AppendLine(CultureInfo.InvariantCulture, $"Machine: {settings["machine"]}; {settings["system"]}. Date: {settings["date"]}. Commit: {settings["commit"]}.");
    head.AppendLine(CultureInfo.InvariantCulture, $"Command: `{settings["command"]}`. {settings["reps"]} repetition(s) of {settings["duration"]} s; medians, in brackets the smallest and the largest.");
    foreach (var (key, value) in settings.Where(s => s.Key.StartsWith("settings ", StringComparison.Ordinal) && s.Value.Length > 0))
    {
        head.AppendLine(CultureInfo.InvariantCulture, $"{key["settings ".Length..]}: {value}.");
    }

    return head.ToString();
}

// A generator that is itself at its limit makes the server look slower than it is.
string Caveats(List<string> complaints)
{
    var full = cells.Where(c => c.Number("client_cores") > 0.9).Select(c => $"{c.Server} {c.Workload}").Distinct().ToList();
    var lines = complaints.ToList();
    if (full.Count > 0)
    {
        lines.Add($"The generator's own core was full in: {string.Join(", ", full)}; these rates are floors.");
    }

    return lines.Count == 0 ? "" : "\n" + string.Concat(lines.Select(l => $"- {l}\n"));
}

static double Median(List<double> sorted) => sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
static string Short(double v) => v.ToString(v < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);
static string Count(double v) => v >= 10_000 ? (v / 1000).ToString("0", CultureInfo.InvariantCulture) + "k" : v.ToString("#,0", CultureInfo.InvariantCulture);
static string Time(double us) => us >= 1000 ? (us / 1000).ToString("0.0", CultureInfo.InvariantCulture) + " ms" : us.ToString("0", CultureInfo.InvariantCulture) + " us";

internal sealed record Cell(int Rep, string Server, string Workload, double Foreign, JsonObject Result)
{
    public bool Ok => Result["ok"]!.GetValue<bool>();
    public double Rate => Number("msgs_per_s") + Number("deliveries_per_s"); // a result has one of the two
    public double Cpu => Number("server_cpu_us_per_msg");

    public static Cell Parse(string line)
    {
        var node = JsonNode.Parse(line)!;
        return new((int)node["rep"]!, (string)node["server"]!, (string)node["workload"]!, (double)node["foreign_cores"]!, node["result"]!.AsObject());
    }

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
