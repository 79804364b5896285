using System.Globalization;

namespace GoHub.IntegrationTests.Hosting;

/// <summary>One reading of /metrics: the values by name, summed over labels.</summary>
internal sealed class Metrics
{
    private readonly Dictionary<string, double> _values = [];

    public IReadOnlyCollection<string> Names => _values.Keys;

    /// <summary>The text it was read from.</summary>
    public required string Text { get; init; }

    /// <summary>The value, 0 where the metric has not been written yet.</summary>
    public double this[string name] => _values.GetValueOrDefault(name);

    public static Metrics Parse(string text)
    {
        var metrics = new Metrics { Text = text };
        foreach (var line in text.Split('\n').Where(l => l.Length > 0 && l[0] != '#'))
        {
            // name{labels} value [timestamp]; label values may hold blanks and braces, so the last } counts.
            var brace = line.IndexOf('{', StringComparison.Ordinal);
            var nameEnd = brace >= 0 ? brace : line.IndexOf(' ', StringComparison.Ordinal);
            var rest = line[(brace >= 0 ? line.LastIndexOf('}') + 1 : nameEnd)..];
            var value = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
            var number = value switch
            {
                "+Inf" => double.PositiveInfinity,
                "-Inf" => double.NegativeInfinity,
                _ => double.Parse(value, CultureInfo.InvariantCulture),
            };
            var name = line[..nameEnd];
            metrics._values[name] = metrics._values.GetValueOrDefault(name) + number;
        }
        return metrics;
    }
}
