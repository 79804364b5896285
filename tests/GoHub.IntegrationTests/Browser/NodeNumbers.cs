using System.Globalization;
using static Microsoft.Playwright.Assertions;

namespace GoHub.IntegrationTests.Browser;

/// <summary>The numbers in the page's head are those of /health and /metrics.</summary>
public sealed class NodeNumbers(Chromium chromium)
{
    [Fact]
    public async Task They_follow_what_the_node_does()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var window = await chromium.OpenWindowAsync(server);
        var tab = await window.OpenAsync("#room=numbers");
        var version = (string?)JsonNode.Parse(await server.GetAsync("/health"))!["version"];
        await Expect(tab.At("node-status")).ToHaveTextAsync("ok");
        await Expect(tab.At("node-version")).ToHaveTextAsync($"v{version}");
        await Expect(tab.At("node-connections")).ToHaveTextAsync("1");
        await Expect(tab.At("node-rooms")).ToHaveTextAsync("1");

        var second = await window.OpenAsync("#room=numbers");
        await Expect(tab.At("node-connections")).ToHaveTextAsync("2");

        await second.Page.EvaluateAsync("for (let i = 0; i < 60; i++) document.getElementById('raw-form').requestSubmit()");
        await Eventually.HoldsAsync("60 messages show in both rates", async () =>
            await RateAsync(tab, "node-in") > 5 && await RateAsync(tab, "node-out") > 5);
        foreach (var spark in new[] { "spark-in", "spark-out" })
        {
            var line = await tab.At(spark).Locator("path").Last.GetAttributeAsync("d");
            Assert.Contains("L", line, StringComparison.Ordinal);
        }
        Assert.Empty(window.Complaints);
    }

    private static async Task<double> RateAsync(Playground tab, string id) =>
        double.TryParse(await tab.At(id).TextContentAsync(), CultureInfo.InvariantCulture, out var rate) ? rate : 0;
}
