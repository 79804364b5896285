namespace GoHub.Samples.Tests.Snippets;

/// <summary>The code of a document that says which region of a sample it quotes.</summary>
internal static class DocumentSnippets
{
    private const string Start = "<!-- snippet: ";
    private const string End = " -->";

    /// <summary>Each <c>&lt;!-- snippet: NAME --&gt;</c> with the fence in the line below it.</summary>
    /// <exception cref="FormatException">A marker has no fence of code directly below it, or the fence does not end.</exception>
    public static IEnumerable<(string Name, string Text)> Of(string markdown)
    {
        var lines = markdown.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var marker = lines[i].Trim();
            if (!marker.StartsWith(Start, StringComparison.Ordinal) || !marker.EndsWith(End, StringComparison.Ordinal))
            {
                continue;
            }
            var name = marker[Start.Length..^End.Length].Trim();
            var fence = i + 1;
            var close = Array.FindIndex(lines, Math.Min(fence + 1, lines.Length), l => l.Trim() == "```");
            if (fence >= lines.Length || lines[fence].Trim() is not ("```csharp" or "```js" or "```ts" or "```html") || close < 0)
            {
                throw new FormatException($"The line after '{marker}' (line {i + 1}) starts no block of csharp, js, ts or html.");
            }
            yield return (name, SnippetText.Normal(string.Join('\n', lines[(fence + 1)..close])));
        }
    }
}
