namespace GoHub.Samples.Tests.Snippets;

/// <summary>Code without what its place in a file adds to it.</summary>
internal static class SnippetText
{
    /// <summary>No common indent, no blanks at line ends, no blank lines around.</summary>
    public static string Normal(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd()).ToArray();
        var indent = lines.Where(l => l.Length > 0).Select(l => l.Length - l.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select(l => l.Length > 0 ? l[indent..] : l)).Trim('\n');
    }
}
