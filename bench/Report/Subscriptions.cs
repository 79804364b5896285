using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace GoHub.Bench.Reporting;

/// <summary>What the bus has to carry.</summary>
internal static class Subscriptions
{
    private const int Nodes = 2;

    public static Section Of(List<JsonNode> counts, List<JsonNode> cpu)
    {
        var text = new StringBuilder();
        text.AppendLine("| server | connections | rooms with members on both nodes | subscriptions of the bus | beyond one for each room and node | after all have left |");
        text.AppendLine("|---|---|---|---|---|---|");
        foreach (var c in counts)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {c["server"]} | {(int)c["connections"]!:#,0} | {c["rooms"]} | {(int)c["during"]!:#,0} | {(int)c["during"]! - Nodes * (int)c["rooms"]!:#,0} | {c["after"]} |");
        }

        if (cpu.Count > 0)
        {
            text.AppendLine();
            text.AppendLine("| server | members of the room | messages/s | bytes that the bus sends per message | bus CPU us per message | bus CPU when idle, us per second |");
            text.AppendLine("|---|---|---|---|---|---|");
            foreach (var c in cpu)
            {
                text.AppendLine(CultureInfo.InvariantCulture,
                    $"| {c["server"]} | {(int)c["members"]!:#,0} | {c["rate"]} | {(int)c["bytes_out"]!:#,0} | {((double)c["busy_us_per_s"]! - (double)c["idle_us_per_s"]!) / (double)c["rate"]!:0.0} | {(double)c["idle_us_per_s"]!:#,0} |");
            }
        }

        var complaints = Figures.Disturbed(cpu.Select(c => ((double)c["foreign_cores"]!, $"{c["server"]} with {c["members"]} members"))).ToList();
        return new Section("subscriptions", text.ToString(), complaints, [], Clean: true, Repeated: false);
    }
}
