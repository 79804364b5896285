using System.Globalization;
using System.Text;

namespace GoHub.Bench.Reporting;

/// <summary>What a server is to reach: a figure, or its ratio to another server's in the same repetition.</summary>
/// <param name="Server">Whose figure.</param>
/// <param name="Workload">Under which load.</param>
/// <param name="What">The figure, in words.</param>
/// <param name="Figure">The figure.</param>
/// <param name="Reference">The other server; null: the figure itself counts.</param>
/// <param name="Bound">What it has to keep to.</param>
/// <param name="AtLeast">Whether that is the least and not the most.</param>
internal sealed record Target(string Server, string Workload, string What, Func<Cell, double> Figure, string? Reference, double Bound, bool AtLeast = false)
{
    /// <summary>Sorted; empty if this run does not tell.</summary>
    public List<double> Measured(Figures figures) => Reference is null
        ? figures.Of(Server, Workload).Select(Figure).Order().ToList()
        : figures.Ratios(Server, Reference, Workload, Figure);

    public bool IsMet(double median) => AtLeast ? median >= Bound : median <= Bound;

    public string Subject => Reference is null ? What : $"{What} / {Reference}";

    public string Wanted => $"{(AtLeast ? "≥" : "≤")} {Show(Bound)}";

    public string Shown(List<double> measured) => Reference is null
        ? measured.Count == 1 ? Show(measured[0]) : $"**{Show(Figures.Median(measured))}** ({Show(measured[0])}-{Show(measured[^1])})"
        : Figures.Spread(measured);

    private string Show(double v) => Reference is null ? Figures.Bytes(v) : Figures.Short(v);
}

/// <summary>The targets of this project, and which of them a run meets.</summary>
internal static class Targets
{
    private const string Ours = "gohub", Native = "gohub-aot", Limit = "limit", SignalR = "signalr", Stock = "aspnet", Redis = "signalr-redis";

    public static readonly Target[] OneNode =
    [
        new(Ours, "echo1", "p50", c => c.Median, Limit, 1.1),
        .. Json("echo200", 1.4),
        .. Json("echo200x16", 2.5),
        .. Json("inline200", 1.4),
        .. Json("inline200x16", 2.5),
        new(Ours, "raw200", "CPU", c => c.Cpu, Limit, 1.15),
        new(Ours, "raw200x16", "CPU", c => c.Cpu, Limit, 1.1),
        new(Ours, "fan1k@100", "CPU", c => c.Cpu, Limit, 1.15),
        new(Ours, "fan1k@100", "p99", c => c.Slow, Limit, 1.2),
        new(Ours, "fan1kmax", "rate", c => c.Rate, "coalesce", 1.2, AtLeast: true),
        new(Ours, "fan1kmax", "rate", c => c.Rate, SignalR, 2.5, AtLeast: true),
        new(Ours, "fan5k@10", "CPU", c => c.Cpu, Limit, 1.15),
        new(Ours, "fan1kp50", "CPU", c => c.Cpu, Limit, 0.6),
        new(Ours, "connects", "rate", c => c.ConnectsPerSecond, Limit, 0.6, AtLeast: true),
        new(Ours, "connects", "rate", c => c.ConnectsPerSecond, SignalR, 2, AtLeast: true),
        // Not slower than stock, within what repetitions differ by.
        new(Ours, "http", "rate", c => c.Rate, Stock, 0.95, AtLeast: true),
        new(Ours, "http", "CPU", c => c.Cpu, Stock, 1.05),
        new(Ours, "idle15k", "bytes per connection", c => c.BytesPerConnection, null, 2000),
        new(Native, "idle15k", "bytes per connection", c => c.BytesPerConnection, null, 1200),
    ];

    public static readonly Target[] TwoNodes =
    [
        new("gohub-redis", "2fan@100", "deliveries per CPU-second", c => c.PerCpuSecond, Redis, 1.5, AtLeast: true),
        new("gohub-redis", "2fan@20", "deliveries per CPU-second", c => c.PerCpuSecond, Redis, 2.2, AtLeast: true),
        new("gohub-redis", "2fanmax", "deliveries per CPU-second", c => c.PerCpuSecond, Redis, 3, AtLeast: true),
        new("gohub-redis", "2roomsmax", "deliveries per CPU-second", c => c.PerCpuSecond, Redis, 2.5, AtLeast: true),
    ];

    /// <summary>A table of those that the run tells about; nothing if there are none.</summary>
    public static void Write(StringBuilder text, Figures figures, Target[] targets)
    {
        var told = targets.Select(t => (Target: t, Measured: t.Measured(figures))).Where(t => t.Measured.Count > 0).ToList();
        if (told.Count == 0)
        {
            return;
        }

        var met = told.Count(t => t.Target.IsMet(Figures.Median(t.Measured)));
        text.AppendLine(CultureInfo.InvariantCulture, $"### Targets: {met} of {told.Count} met").AppendLine();
        text.AppendLine("| workload | server | figure | target | measured | |");
        text.AppendLine("|---|---|---|---|---|---|");
        foreach (var (target, measured) in told)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {target.Workload} | {target.Server} | {target.Subject} | {target.Wanted} | {target.Shown(measured)} | {(target.IsMet(Figures.Median(measured)) ? "met" : "**missed**")} |");
        }
    }

    private static Target[] Json(string workload, double cpu) =>
    [
        new(Ours, workload, "CPU", c => c.Cpu, Limit, cpu),
        new(Ours, workload, "rate", c => c.Rate, SignalR, 3, AtLeast: true),
    ];
}
