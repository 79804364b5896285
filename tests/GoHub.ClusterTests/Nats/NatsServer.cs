using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace GoHub.ClusterTests.Nats;

/// <summary>A real nats-server on loopback, with a configuration of its own.</summary>
/// <remarks>Owner of the process and its folder.</remarks>
internal sealed class NatsServer : IAsyncDisposable
{
    private const string Program = "nats-server";

    private readonly string _config;
    private Process? _process;

    public NatsServer(string config = "", bool jetStream = false, int port = 0)
    {
        Port = port == 0 ? FreePort() : port;
        Folder = Directory.CreateTempSubdirectory("gohub-nats-").FullName;
        var storage = jetStream ? $"jetstream {{ store_dir: \"{Folder}/js\", max_mem: 64MB, max_file: 64MB }}\n" : "";
        _config = $"listen: 127.0.0.1:{Port}\nlogfile: \"{Folder}/log.txt\"\n{storage}{config}\n";
    }

    public int Port { get; }

    /// <summary>Where its configuration is, and whatever a test adds.</summary>
    public string Folder { get; }

    public string Url => $"nats://127.0.0.1:{Port}";

    public string LogText => File.Exists($"{Folder}/log.txt") ? File.ReadAllText($"{Folder}/log.txt") : "";

    public static async Task<NatsServer> StartNewAsync(string config = "", bool jetStream = false)
    {
        var server = new NatsServer(config, jetStream);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it, for the first time or again on the same port.</summary>
    public async Task StartAsync()
    {
        await File.WriteAllTextAsync($"{Folder}/nats.conf", _config);
        _process = Process.Start(new ProcessStartInfo(Find(), ["-c", $"{Folder}/nats.conf"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var deadline = Stopwatch.StartNew();
        while (!await AnswersAsync())
        {
            if (_process.HasExited || deadline.Elapsed > TimeSpan.FromSeconds(20))
            {
                throw new InvalidOperationException($"nats-server does not start: {LogText}{await _process.StandardError.ReadToEndAsync()}");
            }
            await Task.Yield();
        }
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <summary>Freezes it; its sockets stay.</summary>
    public void Pause() => Signal("STOP");

    public void Resume() => Signal("CONT");

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(Folder, recursive: true);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Find() =>
        new[] { "/usr/sbin", "/usr/bin", "/usr/local/bin" }.Select(f => Path.Combine(f, Program)).FirstOrDefault(File.Exists) ?? Program;

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            var buffer = new byte[4];
            return await client.GetStream().ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false) == buffer.Length;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
