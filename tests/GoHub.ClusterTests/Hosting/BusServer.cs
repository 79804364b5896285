using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace GoHub.ClusterTests.Hosting;

/// <summary>A real bus server as a process of its own, on a free port, with a folder of its own.</summary>
/// <remarks>Owner: the test. Disposing ends it and removes the folder.</remarks>
internal abstract class BusServer : IAsyncDisposable
{
    private ServerRun? _run;

    /// <summary>Stays the same over restarts.</summary>
    public int Port { get; } = FreePort.Next();

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Port);

    /// <summary>What the server keeps, it keeps here, over restarts too.</summary>
    protected string Folder { get; } = Directory.CreateTempSubdirectory("gohub-bus-").FullName;

    private ServerRun Run => _run ?? throw new InvalidOperationException("Not started.");

    /// <summary>Starts, again after <see cref="KillAsync"/>, on the same port and with what it had kept.</summary>
    public async Task StartAsync()
    {
        var (program, arguments) = Command();
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        _run = ServerRun.Start(start);
        await Eventually.HoldsAsync($"{program} answers", AnswersAsync);
    }

    /// <summary>SIGKILL: the machine under the bus is gone, its connections are reset.</summary>
    public async Task KillAsync()
    {
        Run.Send(Signal.Kill);
        await Run.ExitCodeAsync();
        await Run.DisposeAsync();
        _run = null;
    }

    /// <summary>Forgets what was kept, as a server does whose disk is lost; only while it does not run.</summary>
    public void LoseData()
    {
        Directory.Delete(Folder, true);
        Directory.CreateDirectory(Folder);
    }

    /// <summary>SIGSTOP: connections stay open, nothing is answered.</summary>
    public void Pause() => Signal.Pause(Run.Pid);

    public void Resume() => Run.Send(Signal.Continue);

    public async ValueTask DisposeAsync()
    {
        if (_run is not null)
        {
            await _run.DisposeAsync();
        }
        Directory.Delete(Folder, true);
    }

    protected abstract (string Program, string[] Arguments) Command();

    /// <summary>Whether the server answers on a connection that was just opened.</summary>
    protected abstract Task<bool> AnswersAsync(Socket socket, CancellationToken cancel);

    /// <summary>Where a server is that Debian installs outside of the users' path.</summary>
    protected static string Installed(string name) =>
        new[] { "/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/opt/homebrew/bin/" }.Select(folder => folder + name).FirstOrDefault(File.Exists) ?? name;

    private async Task<bool> AnswersAsync()
    {
        if (Run.HasExited)
        {
            throw new InvalidOperationException($"The bus server did not start:\n{Run.Output}");
        }
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await socket.ConnectAsync(EndPoint, deadline.Token);
            return await AnswersAsync(socket, deadline.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
