using System.Globalization;
using System.Text;

namespace GoHub.Bench.Reporting;

/// <summary>One column: what it says of a server under a workload.</summary>
internal sealed record Column(string Title, Func<string, string, string> Of);

/// <summary>A table with a row for each workload and server; a row without figures is left out.</summary>
internal static class Table
{
    public static void Write(StringBuilder text, Figures figures, IEnumerable<string> workloads, List<string> servers, params ReadOnlySpan<Column> columns)
    {
        text.Append("| workload | server |");
        foreach (var column in columns)
        {
            text.Append(CultureInfo.InvariantCulture, $" {column.Title} |");
        }

        text.AppendLine().Append("|---|---|").Insert(text.Length, "---|", columns.Length).AppendLine();
        foreach (var workload in workloads)
        {
            foreach (var server in servers.Where(s => figures.Has(s, workload)))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {workload} | {server} |");
                foreach (var column in columns)
                {
                    text.Append(CultureInfo.InvariantCulture, $" {column.Of(server, workload)} |");
                }

                text.AppendLine();
            }
        }
    }
}
