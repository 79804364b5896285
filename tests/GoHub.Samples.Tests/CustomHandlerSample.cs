using GoHub.Samples.Tests.Hosting;

namespace GoHub.Samples.Tests;

public sealed class CustomHandlerSample
{
    private const int InvalidFormat = 1001;

    [Fact]
    public async Task Echo_sends_back_whatever_comes()
    {
        await using var sample = await Sample.StartAsync("CustomHandler");
        await using var client = await sample.ConnectAsync();

        Assert.Equal("Hello, GoHub!", (await client.AskAsync("echo", new { text = "Hello, GoHub!" }, "echo_reply")).GetProperty("text").GetString());

        await client.SendAsync("echo", new[] { 1, 2 }, id: 5);
        var reply = await client.ReceiveAsync("echo_reply");
        Assert.Equal(5, reply.GetProperty("request_id").GetInt32());
        Assert.Equal(2, reply.GetProperty("data").GetArrayLength());

        await client.SendAsync("echo.raw", new { text = "as it is" });
        Assert.Equal("""{"text":"as it is"}""", await client.ReceiveTextAsync());
    }

    [Fact]
    public async Task Typed_data_makes_a_typed_reply()
    {
        await using var sample = await Sample.StartAsync("CustomHandler");
        await using var client = await sample.ConnectAsync();

        Assert.Equal("Hello, Ada!", (await client.AskAsync("hello", new { name = "Ada" }, "hello_reply")).GetProperty("greeting").GetString());
        Assert.Equal(3.5m, (await client.AskAsync("divide", new { number = 7, by = 2 }, "divide_reply")).GetProperty("value").GetDecimal());
        Assert.True((await client.AskAsync("time", null, "time_reply")).TryGetDateTimeOffset(out _));

        await sample.PrintsAsync("hello took ");
    }

    [Fact]
    public async Task Who_is_greeted_is_told_to_the_others()
    {
        await using var sample = await Sample.StartAsync("CustomHandler");
        await using var client = await sample.ConnectAsync();
        await using var other = await sample.ConnectAsync();

        Assert.Equal("Hello, Ada!", (await client.AskAsync("greet", "Ada", "greet_reply")).GetString());
        Assert.Equal("Ada", (await other.DataAsync("greeted")).GetString());
    }

    [Fact]
    public async Task Wrong_data_is_an_error_and_the_connection_lives()
    {
        await using var sample = await Sample.StartAsync("CustomHandler");
        await using var client = await sample.ConnectAsync();

        var missing = await client.AskAsync("hello", new { }, "error");
        Assert.Equal(InvalidFormat, missing.GetProperty("code").GetInt32());
        Assert.Contains("name", missing.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(InvalidFormat, await client.ErrorOfAsync("hello", new { name = 17 }));
        Assert.Equal(InvalidFormat, await client.ErrorOfAsync("hello", null));
        Assert.Equal(InvalidFormat, await client.ErrorOfAsync("divide", new { number = 7, by = 0 }));
        Assert.Equal(InvalidFormat, await client.ErrorOfAsync("no.such.type", null));

        await client.AskAsync("ping", null, "pong");
    }
}
