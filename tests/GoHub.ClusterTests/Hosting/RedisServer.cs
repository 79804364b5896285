using System.Globalization;
using System.Net.Sockets;

namespace GoHub.ClusterTests.Hosting;

/// <summary>redis-server.</summary>
/// <param name="keepsData">Whether every write is on disk before it is answered; else a restart begins empty.</param>
/// <param name="options">More of its options, as <c>--name</c>, <c>value</c>.</param>
internal sealed class RedisServer(bool keepsData = false, params string[] options) : BusServer
{
    public static async Task<RedisServer> StartNewAsync(bool keepsData = false, params string[] options)
    {
        var server = new RedisServer(keepsData, options);
        await server.StartAsync();
        return server;
    }

    /// <summary>A server that can be one of a Redis Cluster; it has no slots yet.</summary>
    public static async Task<RedisServer> StartInClusterAsync()
    {
        var server = new RedisServer { ClusterPort = FreePort.Next() };
        await server.StartAsync();
        return server;
    }

    /// <summary>Where the servers of a Redis Cluster speak to each other; its own default, 10,000 above <see cref="BusServer.Port"/>, may be anybody's.</summary>
    public int? ClusterPort { get; private init; }

    /// <summary>Sends one command and returns the first line of the answer.</summary>
    public async Task<string> CommandAsync(params string[] command)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var deadline = new CancellationTokenSource(Eventually.Soon);
        await socket.ConnectAsync(EndPoint, deadline.Token);
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
        foreach (var part in command)
        {
            text.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
        }
        await socket.SendAsync(Encoding.UTF8.GetBytes(text.ToString()), SocketFlags.None, deadline.Token);
        var buffer = new byte[4096];
        var read = await socket.ReceiveAsync(buffer, SocketFlags.None, deadline.Token);
        return Encoding.UTF8.GetString(buffer, 0, read).Split("\r\n")[0];
    }

    protected override (string, string[]) Command() => (Installed("redis-server"),
    [
        "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--dir", Folder,
        .. keepsData ? new[] { "--appendonly", "yes", "--appendfsync", "always" } : ["--appendonly", "no"],
        .. ClusterPort is { } port ? new[] { "--cluster-enabled", "yes", "--cluster-port", port.ToString(CultureInfo.InvariantCulture) } : [],
        .. options,
    ]);

    protected override async Task<bool> AnswersAsync(Socket socket, CancellationToken cancel)
    {
        await socket.SendAsync("PING\r\n"u8.ToArray(), SocketFlags.None, cancel);
        var buffer = new byte[64];
        var read = await socket.ReceiveAsync(buffer, SocketFlags.None, cancel);
        // A server that asks for a password is there too; one that is loading is not.
        return Encoding.ASCII.GetString(buffer, 0, read) is var answer && (answer.StartsWith("+PONG", StringComparison.Ordinal) || answer.StartsWith("-NOAUTH", StringComparison.Ordinal));
    }
}
