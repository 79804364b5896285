namespace GoHub.Samples.Tests.Snippets;

/// <summary>The <c>#region</c> blocks of the samples, by name.</summary>
internal static class SampleRegions
{
    /// <summary>Blocks of one name in one file are one snippet, with a blank line between them; one name in two files is a mistake.</summary>
    public static Dictionary<string, string> OfFolder(string folder)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var program in Directory.EnumerateFiles(folder, "Program.cs", SearchOption.AllDirectories))
        {
            foreach (var (name, text) in Of(File.ReadAllText(program)))
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
            var word = line.Trim();
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
}
