namespace GoHub.IntegrationTests.Browser;

/// <summary>The JavaScript of the README, pasted into a page of the server.</summary>
public sealed class FirstProgram(Chromium chromium)
{
    private const string AsInTheReadme =
        """
        // 连接到服务器
        const ws = new WebSocket('ws://localhost:8080/ws');

        // 如果启用了认证
        // const ws = new WebSocket('ws://localhost:8080/ws?token=your-jwt-token');

        ws.onopen = () => {
        	console.log('Connected to GoHub');
        	
        	// 发送消息
        	ws.send(JSON.stringify({
        		message_type: "echo",
        		data: { text: "Hello, GoHub!" }
        	}));
        };

        ws.onmessage = (event) => {
        	const message = JSON.parse(event.data);
        	console.log('Received:', message);
        };
        """;

    [Theory]
    [InlineData("/")]
    [InlineData("/health")]
    public async Task Connects_sends_echo_and_logs_the_reply(string pastedAt)
    {
        await using var window = await chromium.OpenWindowAsync();
        var page = await window.Context.NewPageAsync();
        await page.GotoAsync(new Uri(window.Home, pastedAt).ToString());

        var connected = page.WaitForConsoleMessageAsync(new() { Predicate = m => m.Text == "Connected to GoHub" });
        var received = page.WaitForConsoleMessageAsync(new() { Predicate = m => m.Text.StartsWith("Received:", StringComparison.Ordinal) });
        await page.EvaluateAsync($"() => {{ {AsInTheReadme.Replace("localhost:8080", window.Home.Authority, StringComparison.Ordinal)} }}");
        await connected;
        var reply = await (await received).Args[1].JsonValueAsync<JsonElement>();
        Assert.Equal("echo_reply", reply.GetProperty("message_type").GetString());
        Assert.Equal("Hello, GoHub!", reply.GetProperty("data").GetProperty("text").GetString());
    }
}
