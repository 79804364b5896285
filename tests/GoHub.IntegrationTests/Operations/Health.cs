using System.Net;

namespace GoHub.IntegrationTests.Operations;

/// <summary>The pages that a load balancer and a person look at.</summary>
public sealed class Health(SharedServer server)
{
    [Fact]
    public async Task Health_says_status_version_and_time()
    {
        using var response = await server.Process.Http.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        using var health = JsonDocument.Parse(await server.Process.GetAsync("/health"));
        Assert.Equal("ok", health.RootElement.GetProperty("status").GetString());
        Assert.Matches(@"^\d+\.\d+\.\d+", health.RootElement.GetProperty("version").GetString()!);
        var time = health.RootElement.GetProperty("time").GetDateTimeOffset();
        Assert.InRange((TimeProvider.System.GetUtcNow() - time).TotalSeconds, -5, 60);
        Assert.Equal(["status", "time", "version"], health.RootElement.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task A_serving_node_is_alive_and_ready(string path) =>
        Assert.Equal(HttpStatusCode.OK, await server.Process.StatusAsync(path));

    [Fact]
    public async Task An_unknown_page_is_404() =>
        Assert.Equal(HttpStatusCode.NotFound, await server.Process.StatusAsync("/no/such/page"));

    [Fact]
    public async Task The_playground_is_served_and_asks_nobody_else()
    {
        using var response = await server.Process.Http.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no-referrer", response.Headers.TryGetValues("Referrer-Policy", out var policy) ? policy.Single() : "(none)");
        var page = await server.Process.GetAsync("/");
        Assert.DoesNotMatch("""(src|href|action)\s*=\s*["']?(https?:)?//""", page);
        Assert.DoesNotMatch(@"(url\(|@import)\s*['""]?(https?:)?//", page);
    }
}
