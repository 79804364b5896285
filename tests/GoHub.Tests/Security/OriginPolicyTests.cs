using GoHub.Security;
using Microsoft.AspNetCore.Http;

namespace GoHub.Tests.Security;

public sealed class OriginPolicyTests
{
    [Theory]
    [InlineData("https://app.example", "app.example", true)]
    [InlineData("http://app.example", "app.example", true)]
    [InlineData("https://app.example:443", "app.example", true)]
    [InlineData("https://app.example", "app.example:443", true)]
    [InlineData("https://app.example:8443", "app.example:8443", true)]
    [InlineData("HTTPS://APP.example", "app.EXAMPLE", true)]
    [InlineData("http://localhost:8080", "localhost:8080", true)]
    [InlineData("http://[::1]:8080", "[::1]:8080", true)]
    [InlineData("https://app.example:8443", "app.example", false)]
    [InlineData("https://app.example", "app.example:8443", false)]
    [InlineData("https://evil.example", "app.example", false)]
    [InlineData("https://app.example.evil.example", "app.example", false)]
    [InlineData("https://evilapp.example", "app.example", false)]
    [InlineData("https://sub.app.example", "app.example", false)]
    [InlineData("null", "app.example", false)]
    [InlineData("", "app.example", false)]
    [InlineData("app.example", "app.example", false)]
    public void Allows_ByDefault_TheSameHostAndPort(string origin, string host, bool allowed) =>
        Assert.Equal(allowed, Policy().Allows(Request(host, origin)));

    [Theory]
    [InlineData("https://app.example", true)]
    [InlineData("https://APP.example:443", true)]
    [InlineData("http://app.example", false)]
    [InlineData("https://app.example:8443", false)]
    [InlineData("https://other.example:9000", true)]
    [InlineData("https://node.example", false)]
    [InlineData("null", false)]
    public void Allows_WithAList_ExactlyThose(string origin, bool allowed) =>
        Assert.Equal(allowed, Policy("https://App.example/", "https://other.example:9000").Allows(Request("node.example", origin)));

    [Theory]
    [InlineData("https://anything.example")]
    [InlineData("null")]
    [InlineData(null)]
    public void Allows_WithAStar_Everything(string? origin) => Assert.True(Policy("*").Allows(Request("node.example", origin)));

    [Fact]
    public void Allows_WithoutAnOrigin_OnlyWhoBringsNoCookie()
    {
        Assert.True(Policy().Allows(Request("node.example", null)));
        var withCookie = Request("node.example", null);
        withCookie.Headers.Cookie = "session=1";
        Assert.False(Policy().Allows(withCookie));
    }

    [Fact]
    public void Allows_OfTwoOrigins_Neither()
    {
        var request = Request("app.example", null);
        request.Headers.Origin = new(["https://app.example", "https://evil.example"]);

        Assert.False(Policy().Allows(request));
    }

    private static OriginPolicy Policy(params string[] allowed)
    {
        var options = new GoHubOptions();
        foreach (var origin in allowed)
        {
            options.AllowedOrigins.Add(origin);
        }
        return new OriginPolicy(Microsoft.Extensions.Options.Options.Create(options));
    }

    private static HttpRequest Request(string host, string? origin)
    {
        var request = new DefaultHttpContext().Request;
        request.Host = new HostString(host);
        if (origin is not null)
        {
            request.Headers.Origin = origin;
        }
        return request;
    }
}
