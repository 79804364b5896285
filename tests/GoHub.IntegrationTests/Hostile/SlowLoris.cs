using System.Diagnostics;

namespace GoHub.IntegrationTests.Hostile;

/// <summary>Those who begin and never finish.</summary>
public sealed class SlowLoris(SharedServer server)
{
    [Fact]
    public async Task Half_a_handshake_is_cut_after_some_seconds()
    {
        await using var client = await WireClient.OpenAsync(server.Process.EndPoint);
        await client.SendBytesAsync(new Handshake().ToBytes(server.Process.Port).AsMemory(0, 60));
        var clock = Stopwatch.StartNew();
        var status = await client.ReadStatusAsync();
        Assert.True(status is null or 408, $"{status}");
        // The stated deadline is 5 s.
        Assert.InRange(clock.Elapsed.TotalSeconds, 2, 12);
    }

    [Fact]
    public async Task A_byte_a_second_does_not_buy_more_time()
    {
        await using var client = await WireClient.OpenAsync(server.Process.EndPoint);
        var request = new Handshake().ToBytes(server.Process.Port);
        var clock = Stopwatch.StartNew();
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1));
        var sent = 0;
        while (sent < 20 && await client.TrySendBytesAsync(request.AsMemory(sent, 1)))
        {
            sent++;
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
        Assert.InRange(clock.Elapsed.TotalSeconds, 2, 15);
    }

    [Fact]
    public async Task Hundreds_of_half_handshakes_keep_nobody_out()
    {
        var waiting = await Task.WhenAll(Enumerable.Range(0, 300).Select(async _ =>
        {
            var client = await WireClient.OpenAsync(server.Process.EndPoint);
            await client.SendBytesAsync("GET /ws HTTP/1.1\r\nHost: "u8.ToArray());
            return client;
        }));
        await using var honest = await server.ConnectAsync();
        await honest.ExpectAliveAsync();
        foreach (var client in waiting)
        {
            await client.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("\r\n\r\n")]
    [InlineData("GET / HTTP/9.9\r\n\r\n")]
    [InlineData("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000")]
    [InlineData("POST /ws HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n")]
    public async Task What_is_no_HTTP_is_refused_and_the_server_lives(string request)
    {
        await using var client = await WireClient.OpenAsync(server.Process.EndPoint);
        await client.TrySendBytesAsync(Encoding.Latin1.GetBytes(request));
        client.ShutdownSend();
        var status = await client.ReadStatusAsync();
        Assert.True(status is null or >= 400, $"{status}");
        await using var next = await server.ConnectAsync();
        await next.ExpectAliveAsync();
    }
}
