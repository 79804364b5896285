using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace GoHub.Bench.Reporting;

/// <summary>What two nodes do while their bus is paused or dead.</summary>
internal static class Outages
{
    private const double After = 1; // seconds that still count as outage: what waited for it comes then
    private const double Before = 3, JustBefore = 0.2; // seconds: what was on its way when the bus stopped is no measure of the time before

    public static Section Of(string folder, List<JsonNode> outages)
    {
        var text = new StringBuilder();
        text.AppendLine("| workload | bus | server | slowest local delivery before | slowest local delivery during | local lost | remote lost during | all remote again after |");
        text.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var outage in outages.OrderBy(o => (string)o["workload"]!, StringComparer.Ordinal).ThenBy(o => (string)o["fault"]!, StringComparer.Ordinal))
        {
            text.AppendLine(Row(outage, Message.ReadAll(Path.Combine(folder, (string)outage["log"]!))));
        }

        var complaints = Figures.Disturbed(outages.Select(o => ((double)o["foreign_cores"]!, $"{o["server"]} {o["workload"]} with the bus {o["fault"]}"))).ToList();
        return new Section("outage", text.ToString(), complaints, [], Clean: true, Repeated: false);
    }

    private static string Row(JsonNode outage, List<Message> messages)
    {
        var (from, to) = ((double)outage["from"]!, (double)outage["to"]!);
        var before = messages.Where(m => m.Time > from - Before && m.Time < from - JustBefore).ToList();
        var during = messages.Where(m => m.Time >= from && m.Time < to + After).ToList();
        var localLost = messages.Sum(m => m.LocalExpected - m.LocalGot);
        var (remote, remoteLost) = (during.Sum(m => m.RemoteExpected), during.Sum(m => m.RemoteExpected - m.RemoteGot));
        var lastGap = messages.Where(m => m.RemoteGot < m.RemoteExpected).Select(m => m.Time).DefaultIfEmpty(to).Max();
        var whole = messages.Exists(m => m.Time > lastGap);
        return string.Create(CultureInfo.InvariantCulture,
            $"| {outage["workload"]} | {outage["fault"]} | {outage["server"]} | {Slowest(before)} | {Slowest(during)} | {localLost:#,0} | {(remote == 0 ? 0 : 100.0 * remoteLost / remote):0.0} % | {(whole ? $"{Math.Max(0, lastGap - to):0.0} s" : "never")} |");
    }

    // One that never came took longer than any that did.
    private static string Slowest(List<Message> messages) =>
        messages.Count == 0 ? "" : Figures.Time(messages.Max(m => m.LocalSlowest)) + (messages.Exists(m => m.LocalGot < m.LocalExpected) ? ", some never" : "");

    /// <summary>One line of the generator's message log.</summary>
    private sealed record Message(double Time, int LocalExpected, int LocalGot, double LocalSlowest, int RemoteExpected, int RemoteGot)
    {
        public static List<Message> ReadAll(string file) => File.ReadLines(file).Skip(1).Select(Parse).ToList();

        // t_s,node,expected_local,got_local,slowest_local_us,expected_remote,got_remote,slowest_remote_us
        private static Message Parse(string line)
        {
            var f = line.Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray();
            return new(f[0], (int)f[2], (int)f[3], f[4], (int)f[5], (int)f[6]);
        }
    }
}
