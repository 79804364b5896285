using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Chat;

/// <summary>The server that joins the nodes: the one that answers at its address, else a child of this process.</summary>
/// <remarks>Owner: Program. Disposing ends the child.</remarks>
sealed class BusServer : IDisposable
{
    // Debian puts servers where a user's PATH does not look.
    private static readonly string[] Folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"];

    private Process? _child;

    /// <summary>Why there is none, in a sentence; null if there is one.</summary>
    public string? Problem { get; private set; }

    public static async Task<BusServer> FindOrStartAsync(ChatSettings settings)
    {
        var bus = new BusServer();
        var address = settings.BusAddress;
        if (await AnswersAsync(address))
        {
            return bus;
        }
        var program = address.Scheme == "nats" ? "nats-server" : "redis-server";
        // One of several processes must not own what all of them need.
        if (!address.IsLoopback || settings.Node is not null)
        {
            bus.Problem = $"Nothing answers at {address}: start {program} there.";
        }
        else if (Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists) is not { } path)
        {
            bus.Problem = $"Nothing answers at {address}, and {program} is not installed. On Debian and Ubuntu: sudo apt-get install {program}";
        }
        else
        {
            bus._child = Start(path, address.Port.ToString(CultureInfo.InvariantCulture));
            await bus.WaitAsync(address);
        }
        return bus;
    }

    public void Dispose()
    {
        if (_child is { HasExited: false })
        {
            _child.Kill();
            _child.WaitForExit();
        }
        _child?.Dispose();
    }

    private static Process Start(string path, string port) => Process.Start(new ProcessStartInfo(path, path.EndsWith("nats-server", StringComparison.Ordinal)
        ? ["-a", "127.0.0.1", "-p", port]
        : ["--bind", "127.0.0.1", "--port", port, "--save", ""])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private async Task WaitAsync(Uri address)
    {
        // Nobody reads what it says, and nothing may hold it up.
        _child!.BeginOutputReadLine();
        _child.BeginErrorReadLine();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await AnswersAsync(address))
        {
            if (_child.HasExited)
            {
                Problem = $"{_child.StartInfo.FileName} ended with code {_child.ExitCode}.";
                return;
            }
            await timer.WaitForNextTickAsync();
        }
    }

    private static async Task<bool> AnswersAsync(Uri address)
    {
        using var socket = new TcpClient();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, deadline.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
