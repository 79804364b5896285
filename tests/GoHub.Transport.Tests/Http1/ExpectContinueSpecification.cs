namespace GoHub.Transport.Tests.Http1;

/// <summary>Clients that ask before they send the body.</summary>
public abstract class ExpectContinueSpecification(TransportKind transport) : TransportSpecification(transport)
{
    private const string Head = "Host: test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";

    [Fact]
    public async Task The_client_is_told_to_go_on_when_the_app_reads()
    {
        var app = await StartAsync(a => a.MapPost("/echo", (HttpContext context) => context.Request.Body.CopyToAsync(context.Response.Body)));
        using var client = await app.ConnectAsync();
        for (var i = 0; i < 10; i++)
        {
            await client.SendAsync($"POST /echo HTTP/1.1\r\n{Head}");
            Assert.Equal(100, (await client.ReadResponseAsync()).Status);
            await client.SendAsync($"body{i}");
            Assert.Equal($"body{i}", (await client.ReadResponseAsync()).Text);
        }
    }

    [Fact]
    public async Task An_app_that_does_not_read_answers_at_once()
    {
        var app = await StartAsync(a => a.MapPost("/refuse", () => Results.StatusCode(401)));
        using var client = await app.ConnectAsync();
        await client.SendAsync($"POST /refuse HTTP/1.1\r\n{Head}");

        Assert.Equal(401, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task An_ordinary_client_gets_its_body_through()
    {
        var app = await StartAsync(a => a.MapPost("/", async (HttpRequest request) => $"{await Payload.VerifyAsync(request.Body)}"));
        using var client = app.CreateClient();
        client.DefaultRequestHeaders.ExpectContinue = true;
        using var content = new PayloadContent(1_000_000);
        using var response = await client.PostAsync(new Uri("/", UriKind.Relative), content);

        Assert.Equal("1000000", await response.Content.ReadAsStringAsync());
    }
}
