using System.Globalization;
using System.Net.Sockets;

namespace GoHub.ClusterTests.Hosting;

/// <summary>nats-server.</summary>
/// <param name="jetStream">Whether it has JetStream, and so a place for seats.</param>
/// <param name="options">More of its options.</param>
internal sealed class NatsServer(bool jetStream = true, params string[] options) : BusServer
{
    public string Url => $"nats://127.0.0.1:{Port}";

    public static async Task<NatsServer> StartNewAsync(bool jetStream = true, params string[] options)
    {
        var server = new NatsServer(jetStream, options);
        await server.StartAsync();
        return server;
    }

    protected override (string, string[]) Command() => (Installed("nats-server"),
    [
        "-a", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture),
        .. jetStream ? new[] { "-js", "-sd", Folder } : [],
        .. options,
    ]);

    protected override async Task<bool> AnswersAsync(Socket socket, CancellationToken cancel)
    {
        var buffer = new byte[16];
        var read = await socket.ReceiveAsync(buffer, SocketFlags.None, cancel);
        return Encoding.ASCII.GetString(buffer, 0, read).StartsWith("INFO ", StringComparison.Ordinal);
    }
}
