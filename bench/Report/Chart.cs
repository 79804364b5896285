using System.Globalization;
using System.Text;

namespace GoHub.Bench.Reporting;

/// <summary>Horizontal bars of the CPU per message, relative to one server's; as SVG that suits light and dark pages.</summary>
internal static class Chart
{
    private const int Width = 760, NameWidth = 150, FigureWidth = 70, Row = 18, Bar = 12, Heading = 30, Top = 34; // pixels
    private const double Longest = 6; // ratio; a longer bar is cut short, else it would flatten all the others

    private const string Style = """
        <style>
          text { font: 12px system-ui, sans-serif; fill: #24292f }
          .head { font-weight: 600 }
          .bar { fill: #8c959f } .ours { fill: #0969da } .cut { fill: none; stroke: #ffffff; stroke-width: 2 }
          .one { stroke: #cf222e; stroke-dasharray: 3 3 }
          @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3 }
            .bar { fill: #6e7681 } .ours { fill: #4493f8 } .cut { stroke: #0d1117 }
            .one { stroke: #f85149 }
          }
        </style>
        """;

    private const double PerUnit = (Width - NameWidth - FigureWidth) / Longest; // pixels

    /// <summary>Null if nothing in this run is relative to <paramref name="yardstick"/>.</summary>
    public static string? Draw(Figures figures, List<string> workloads, List<string> servers, string yardstick)
    {
        var groups = workloads.Select(w => (Workload: w, Bars: Bars(figures, w, servers, yardstick))).Where(g => g.Bars.Count > 0).ToList();
        if (groups.Count == 0)
        {
            return null;
        }

        var height = Top + groups.Sum(g => Heading + g.Bars.Count * Row) + 8;
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{height}\" viewBox=\"0 0 {Width} {height}\" role=\"img\">");
        svg.AppendLine(Style);
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text class=\"head\" x=\"0\" y=\"16\">CPU of the server for each message, relative to {yardstick} (shorter is better)</text>");
        var y = Top;
        foreach (var (workload, bars) in groups)
        {
            svg.AppendLine(CultureInfo.InvariantCulture, $"<text class=\"head\" x=\"0\" y=\"{y + 18}\">{workload}</text>");
            y += Heading;
            foreach (var (server, ratio) in bars)
            {
                DrawBar(svg, y, server, ratio);
                y += Row;
            }

            svg.AppendLine(CultureInfo.InvariantCulture, $"<line class=\"one\" x1=\"{NameWidth + PerUnit:0}\" x2=\"{NameWidth + PerUnit:0}\" y1=\"{y - bars.Count * Row - 4}\" y2=\"{y}\"/>");
        }

        return svg.AppendLine("</svg>").ToString();
    }

    private static List<(string Server, double Ratio)> Bars(Figures figures, string workload, List<string> servers, string yardstick) =>
        servers.Select(s => (s, Ratios: figures.Ratios(s, yardstick, workload, c => c.Cpu)))
            .Where(s => s.Ratios.Count > 0).Select(s => (s.s, Figures.Median(s.Ratios))).ToList();

    private static void DrawBar(StringBuilder svg, int y, string server, double ratio)
    {
        var length = Math.Min(ratio, Longest) * PerUnit;
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{NameWidth - 8}\" y=\"{y + 10}\" text-anchor=\"end\">{server}</text>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<rect class=\"{(server.StartsWith("gohub", StringComparison.Ordinal) ? "ours" : "bar")}\" x=\"{NameWidth}\" y=\"{y}\" width=\"{length:0.0}\" height=\"{Bar}\" rx=\"2\"/>");
        if (ratio > Longest)
        {
            svg.AppendLine(CultureInfo.InvariantCulture, $"<path class=\"cut\" d=\"M{NameWidth + length - 24:0} {y + Bar + 2}l6 -{Bar + 4}m4 0l-6 {Bar + 4}\"/>");
        }

        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{NameWidth + length + 6:0.0}\" y=\"{y + 10}\">{Figures.Short(ratio)}</text>");
    }
}
