using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace GoHub.Tests.Connections.Loops;

/// <summary>The moment between the answer to the upgrade and the loop's first read.</summary>
public sealed class HandoverTests
{
    [Fact]
    public async Task Client_ThatAsksAndEndsItsSendingAtOnce_GetsItsAnswer()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Loops are Linux's.");
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await App.StartAsync(
            builder =>
            {
                builder.Services.AddGoHub(o => o.Loops = 1);
                builder.WebHost.UseGoHubTransport();
            },
            app =>
            {
                app.Use((context, next) =>
                {
                    context.Features.Set<IHttpUpgradeFeature>(new SlowUpgrade(context.Features.GetRequiredFeature<IHttpUpgradeFeature>(), answered, ended.Task));
                    return next(context);
                });
                app.MapGoHub("/ws");
            });
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, new Uri(app.Address).Port, TestContext.Current.CancellationToken);
        await client.SendAsync("GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8.ToArray());
        await answered.Task.Soon();
        await client.SendAsync(Frames.Text("""{"message_type":"ping","message_id":7}"""));
        client.Shutdown(SocketShutdown.Send);
        await LookAtAllAsync(app);
        ended.SetResult();

        var text = "";
        var buffer = new byte[4096];
        while (await client.ReceiveAsync(buffer, TestContext.Current.CancellationToken).AsTask().Soon() is > 0 and var count)
        {
            text += Encoding.Latin1.GetString(buffer, 0, count);
        }
        Assert.StartsWith("HTTP/1.1 101 ", text, StringComparison.Ordinal);
        Assert.Contains("\"pong\"", text, StringComparison.Ordinal);
    }

    /// <summary>Done when the one loop has looked at everything that had come before.</summary>
    private static async Task LookAtAllAsync(App app)
    {
        using var http = new HttpClient();
        for (var i = 0; i < 20; i++)
        {
            await http.GetStringAsync(new Uri(app.Address + "/metrics"), TestContext.Current.CancellationToken).Soon();
        }
    }

    /// <summary>Answers, and lets the app go on only later.</summary>
    private sealed class SlowUpgrade(IHttpUpgradeFeature inner, TaskCompletionSource answered, Task mayGoOn) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync()
        {
            var stream = await inner.UpgradeAsync();
            answered.SetResult();
            await mayGoOn;
            return stream;
        }
    }
}
