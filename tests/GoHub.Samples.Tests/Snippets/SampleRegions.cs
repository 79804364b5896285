namespace GoHub.Samples.Tests.Snippets;

/// <summary>The <c>#region</c> blocks of the samples, by name.</summary>
internal static class SampleRegions
{
    /// <summary>Blocks of one name in one file are one snippet, with a blank line between them; one name in two files is a mistake.</summary>
    public static Dictionary<string, string> OfFolders(params string[] folders)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in folders.SelectMany(f => Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories)).Where(IsSource))
        {
            foreach (var (name, text) in Of(File.ReadAllText(source)))
            {
                Assert.True(all.TryAdd(name, text), $"Two samples have a region '{name}'.");
            }
        }
        return all;
    }

    public static Dictionary<string, string> Of(string source)
    {
        var blocks = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var open = new Stack<(string Name, List<string> Lines)>();
        foreach (var line in source.ReplaceLineEndings("\n").Split('\n'))
        {
            // In JavaScript and HTML the mark is a comment.
            var word = line.Trim().TrimStart('/', '<', '!', '-', ' ').Replace(" -->", "", StringComparison.Ordinal);
            if (word.StartsWith("#region ", StringComparison.Ordinal))
            {
                open.Push((word["#region ".Length..].Trim(), []));
            }
            else if (word.StartsWith("#endregion", StringComparison.Ordinal))
            {
                var (name, lines) = open.Pop();
                var block = SnippetText.Normal(string.Join('\n', lines));
                (blocks.TryGetValue(name, out var same) ? same : blocks[name] = []).Add(block);
            }
            else
            {
                foreach (var (_, lines) in open)
                {
                    lines.Add(line);
                }
            }
        }
        return blocks.ToDictionary(b => b.Key, b => string.Join("\n\n", b.Value), StringComparer.Ordinal);
    }

    private static bool IsSource(string file) =>
        Path.GetExtension(file) is ".cs" or ".js" or ".mjs" or ".ts" or ".html"
        && !file.Split(Path.DirectorySeparatorChar).Any(static part => part is "bin" or "obj" or "node_modules" or "wwwroot");
}
