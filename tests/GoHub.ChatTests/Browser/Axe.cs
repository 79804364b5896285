using System.Reflection;
using System.Text.Json;

namespace GoHub.ChatTests.Browser;

/// <summary>axe-core: what people with disabilities cannot use.</summary>
internal static class Axe
{
    private static readonly Lazy<string> Script = new(() => File.ReadAllText(typeof(Axe).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Axe").Value!));

    /// <summary>Its serious and critical findings, each with the elements it is about.</summary>
    public static async Task<IReadOnlyList<string>> SeriousAsync(IPage page)
    {
        // Through the debugger, since the page's own policy lets no other code in.
        await page.EvaluateAsync(Script.Value);
        var findings = await page.EvaluateAsync<JsonElement>(
            """
            async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
              .filter(found => found.impact === 'serious' || found.impact === 'critical')
              .map(found => `${found.id}: ${found.help}: ${found.nodes.map(node => node.html + ' ' + (node.any[0]?.message ?? '')).join(' | ')}`)
            """);
        return [.. findings.EnumerateArray().Select(found => found.GetString()!)];
    }
}
