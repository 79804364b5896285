using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace GoHub.Tests.Endpoints;

/// <summary>Two nodes in one process are two nodes.</summary>
public sealed class TwoHubsTests
{
    [Fact]
    public async Task Metrics_OfTwoNodes_DoNotMix()
    {
        await using var busy = await StartAsync();
        await using var quiet = await StartAsync();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(busy.Socket, TestContext.Current.CancellationToken).Soon();
        for (var i = 0; i < 3; i++)
        {
            await App.SendAsync(socket, """{"message_type":"ping"}""");
            await App.ReceiveAsync(socket);
        }

        Assert.Equal("1", await ReadAsync(busy, "gohub_connected_clients"));
        Assert.Equal("3", await ReadAsync(busy, "gohub_messages_received_total"));
        Assert.Equal("0", await ReadAsync(quiet, "gohub_connected_clients"));
        Assert.Equal("0", await ReadAsync(quiet, "gohub_messages_received_total"));
        Assert.Equal((1, 0), (busy.Hub.Local.ConnectionCount, quiet.Hub.Local.ConnectionCount));
    }

    private static Task<App> StartAsync() => App.StartAsync(builder => builder.Services.AddGoHub(), app => app.MapGoHub("/ws"));

    private static async Task<string> ReadAsync(App app, string metric)
    {
        using var client = new HttpClient();
        var text = await client.GetStringAsync(new Uri(app.Address + "/metrics"), TestContext.Current.CancellationToken).Soon();
        var line = Assert.Single(text.Split('\n'), l => l.StartsWith(metric, StringComparison.Ordinal) && l[metric.Length] is ' ' or '{');
        return line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Replace(metric, "", StringComparison.Ordinal).Trim().Split(' ')[0];
    }
}
