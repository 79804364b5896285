namespace GoHub.Bench.Reporting;

/// <summary>One part of the docs that a run replaces: what stands between two marks.</summary>
/// <param name="Name">As the marks have it.</param>
/// <param name="Text">Tables.</param>
/// <param name="Complaints">Why these figures are not to be published; none if they are.</param>
/// <param name="Notes">What a reader must know to read them.</param>
/// <param name="Clean">No error on the wire.</param>
/// <param name="Repeated">Whether the figures are medians over repetitions.</param>
internal sealed record Section(string Name, string Text, IReadOnlyList<string> Complaints, IReadOnlyList<string> Notes, bool Clean, bool Repeated)
{
    /// <summary>Pictures that the text shows, by their paths beside the docs file.</summary>
    public IReadOnlyDictionary<string, string> Pictures { get; init; } = new Dictionary<string, string>();

    public string Begin => $"<!-- {Name}: begin -->";

    public string End => $"<!-- {Name}: end -->";

    /// <summary>False if the file has no such marks.</summary>
    public bool WriteInto(string file, string heading)
    {
        var page = File.ReadAllText(file);
        var (from, to) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        if (from < 0 || to < from)
        {
            return false;
        }

        var below = string.Concat(Complaints.Concat(Notes).Select(l => $"- {l}\n"));
        foreach (var (path, picture) in Pictures)
        {
            var target = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllText(target, picture);
        }

        File.WriteAllText(file, $"{page[..(from + Begin.Length)]}\n{heading}\n{Text.TrimEnd()}\n{(below.Length > 0 ? "\n" + below : "")}{page[to..]}");
        return true;
    }
}
