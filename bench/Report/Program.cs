// Reads one run of bench/run.sh or bench/cluster.sh, prints its tables and, where the run is good enough, writes them into docs/benchmarks.md.
//   dotnet run --project bench/Report -- <results folder> <docs file> auto|yes|no
using GoHub.Bench.Reporting;

var (folder, docs, wish) = (args[0], args[1], args[2]);
var run = Run.Read(folder);
var clean = true;
foreach (var section in Sections(run))
{
    Console.WriteLine();
    Console.WriteLine(section.Text);
    foreach (var complaint in section.Complaints)
    {
        Console.WriteLine(complaint);
    }

    clean &= section.Clean;
    if (wish == "no" || (wish == "auto" && section.Complaints.Count > 0))
    {
        Console.WriteLine(wish == "no" ? "docs left alone" : $"{docs} left alone: nothing to publish (--docs writes it all the same)");
        continue;
    }

    if (!section.WriteInto(docs, run.Heading(section.Repeated)))
    {
        Console.WriteLine($"{docs} has no '{section.Begin}' and '{section.End}'");
        return 1;
    }

    Console.WriteLine($"{docs}: {section.Name} written");
}

return clean ? 0 : 1;

static IEnumerable<Section> Sections(Run run)
{
    if (run.Cells("results.jsonl") is { Count: > 0 } single)
    {
        yield return SingleNode.Of(single);
    }

    if (run.Cells("two-nodes.jsonl") is { Count: > 0 } two)
    {
        yield return TwoNodes.Of(two);
    }

    if (run.Lines("outage.jsonl") is { Count: > 0 } outages)
    {
        yield return Outages.Of(run.Folder, outages);
    }

    if (run.Lines("subscriptions.jsonl") is { Count: > 0 } counts)
    {
        yield return Subscriptions.Of(counts, run.Lines("bus-cpu.jsonl"));
    }
}
