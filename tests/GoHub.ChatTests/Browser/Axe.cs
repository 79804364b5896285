using System.Diagnostics;
using System.Reflection;

namespace GoHub.ChatTests.Browser;

/// <summary>axe-core: what people with disabilities cannot use.</summary>
internal static class Axe
{
    private static readonly string Project = typeof(Axe).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Project").Value!;

    private static readonly Lazy<Task<string>> Script = new(LoadAsync);

    /// <summary>Its serious and critical findings, each with the elements it is about.</summary>
    public static async Task<IReadOnlyList<string>> SeriousAsync(IPage page)
    {
        // Through the debugger, since the page's own policy lets no other code in.
        if (!await page.EvaluateAsync<bool>("'axe' in window"))
        {
            await page.EvaluateAsync(await Script.Value);
        }
        return await page.EvaluateAsync<string[]>(
            """
            async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
              .filter(found => found.impact === 'serious' || found.impact === 'critical')
              .map(found => `${found.id}: ${found.help}: ${found.nodes.map(node => node.html + ' ' + (node.any[0]?.message ?? '')).join(' | ')}`)
            """);
    }

    // Building the tests needs no Node; running these does.
    private static async Task<string> LoadAsync()
    {
        var file = Path.Combine(Project, "node_modules", "axe-core", "axe.min.js");
        if (!File.Exists(file))
        {
            var start = new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"])
            {
                WorkingDirectory = Project,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            await using var npm = ServerRun.Start(start);
            var code = await npm.ExitCodeAsync(TimeSpan.FromMinutes(2));
            Assert.True(code == 0, $"npm ci in {Project} ended with {code}:\n{npm.Output}");
        }
        return await File.ReadAllTextAsync(file);
    }
}
