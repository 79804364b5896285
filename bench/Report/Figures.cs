using System.Globalization;

namespace GoHub.Bench.Reporting;

/// <summary>Figures of several repetitions, and how they are shown.</summary>
internal sealed class Figures(List<Cell> cells)
{
    private const double QuietCores = 0.15; // more than this taken by others, and a cell says little about its server
    private const double FullCore = 0.9;

    public List<string> Workloads { get; } = cells.Select(c => c.Workload).Distinct().ToList();

    public IEnumerable<Cell> Of(string server, string workload) => cells.Where(c => c.Server == server && c.Workload == workload);

    public bool Has(string server, string workload) => Of(server, workload).Any();

    public bool HasFixedRate(string server, string workload) => Of(server, workload).All(c => c.Number("rate") > 0);

    /// <summary>The servers of this run, those that are known first and in that order.</summary>
    public List<string> Servers(params string[] known) =>
        cells.Select(c => c.Server).Distinct().OrderBy(s => Array.IndexOf(known, s) is var i and >= 0 ? i : known.Length).ToList();

    public string Spread(string server, string workload, Func<Cell, double> figure, Func<double, string> show)
    {
        var values = Of(server, workload).Select(figure).Order().ToList();
        return values.Count == 0 ? "" : values.Count == 1 ? show(values[0]) : $"{show(Median(values))} ({show(values[0])}-{show(values[^1])})";
    }

    /// <summary>p50 and p99 of one of the generator's latencies; empty if there is none.</summary>
    public string Latency(string server, string workload, string name) =>
        Of(server, workload).All(c => c.Number(name, "p99") == 0) ? "" :
        $"{Spread(server, workload, c => c.Number(name, "p50"), Time)} / {Spread(server, workload, c => c.Number(name, "p99"), Time)}";

    /// <summary>One ratio for each repetition, in which the machine was the same for both; sorted.</summary>
    public List<double> Ratios(string server, string reference, string workload, Func<Cell, double> figure) =>
        Of(server, workload)
            .Join(Of(reference, Cell.SameLoad(workload)), c => c.Rep, c => c.Rep, (a, b) => figure(a) / figure(b))
            .Where(double.IsFinite).Order().ToList();

    /// <summary>The median of those ratios, and their spread.</summary>
    public string Ratio(string server, string reference, string workload, Func<Cell, double> figure) =>
        server == reference ? "1" : Spread(Ratios(server, reference, workload, figure));

    public static string Spread(List<double> ratios) =>
        ratios.Count == 0 ? "" : ratios.Count == 1 ? Short(ratios[0]) : $"**{Short(Median(ratios))}** ({Short(ratios[0])}-{Short(ratios[^1])})";

    /// <summary>Why this is no run to publish.</summary>
    public List<string> Complaints()
    {
        List<string> complaints = cells.Max(c => c.Rep) < 3 ? ["Fewer than three repetitions."] : [];
        complaints.AddRange(cells.Where(c => !c.Ok).Select(c => $"Errors on the wire: {c} {c.Result["errors"]!.ToJsonString()}"));
        complaints.AddRange(Disturbed(cells.Select(c => (c.Foreign, c.ToString()))));
        return complaints;
    }

    /// <summary>A complaint that names all measurements during which other processes took too much; none if there are none.</summary>
    public static IEnumerable<string> Disturbed(IEnumerable<(double ForeignCores, string What)> measured)
    {
        var disturbed = measured.Where(m => m.ForeignCores > QuietCores).Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.What} ({m.ForeignCores:0.00})")).ToList();
        return disturbed.Count == 0 ? [] : [$"Not quiet, by the cores that other processes took: {string.Join("; ", disturbed)}."];
    }

    /// <summary>A generator that is itself at its limit makes the server look slower than it is.</summary>
    public List<string> FullGenerator()
    {
        var full = cells.Where(c => c.Number("client_cores") > FullCore).Select(c => $"{c.Server} {c.Workload}").Distinct().ToList();
        return full.Count == 0 ? [] : [$"The generator's own core was full in: {string.Join(", ", full)}; these rates are floors."];
    }

    /// <summary>At a fixed rate on a full core, CPU per delivery is the core's time over the rate, whatever the work costs.</summary>
    public List<string> FullServer()
    {
        var full = cells.Where(c => c.Number("rate") > 0 && c.Number("server_cores") > FullCore).Select(c => $"{c.Server} {c.Workload}").Distinct().ToList();
        return full.Count == 0 ? [] : [$"The servers' core was full at a fixed rate in: {string.Join(", ", full)}; CPU per delivery is no cost there (see Traps)."];
    }

    public static double Median(List<double> sorted) =>
        sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;

    public static string Cost(double us) => us.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Bytes(double v) => v.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Short(double v) => v.ToString(v < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    public static string Count(double v) => v >= 10_000 ? (v / 1000).ToString("0", CultureInfo.InvariantCulture) + "k" : v.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Time(double us) =>
        us >= 1000 ? (us / 1000).ToString("0.0", CultureInfo.InvariantCulture) + " ms" : us.ToString("0", CultureInfo.InvariantCulture) + " us";
}
