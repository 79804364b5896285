using System.Collections.Concurrent;
using System.Diagnostics;

namespace GoHub.IntegrationTests.Hosting;

/// <summary>One start of the server's executable: its output, its exit code, its signals. It may serve or may end at once.</summary>
/// <remarks>Owner: the test. Disposing kills the process if it still runs.</remarks>
internal sealed class ServerRun : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<int, Process> Alive = new();

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _stdout = new();
    private readonly ConcurrentQueue<string> _stderr = new();

    static ServerRun() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var process in Alive.Values)
        {
            process.Kill();
        }
    };

    private ServerRun(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Keep(_stdout, e.Data);
        process.ErrorDataReceived += (_, e) => Keep(_stderr, e.Data);
    }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    public IReadOnlyList<string> StandardOutput => [.. _stdout];

    public IReadOnlyList<string> StandardError => [.. _stderr];

    /// <summary>All that was printed, for the message of a failed assertion.</summary>
    public string Output => string.Join('\n', [.. _stdout, .. _stderr]);

    public static ServerRun Start(IEnumerable<string> args, IReadOnlyDictionary<string, string>? environment = null) =>
        Start(ServerBinary.StartInfo(args, environment ?? new Dictionary<string, string>()));

    /// <summary>Starts any other program in the same way; its three streams must be redirected.</summary>
    public static ServerRun Start(ProcessStartInfo start)
    {
        var run = new ServerRun(new Process { StartInfo = start });
        run._process.Start();
        Alive[run.Pid] = run._process;
        run._process.StandardInput.Close();
        run._process.BeginOutputReadLine();
        run._process.BeginErrorReadLine();
        return run;
    }

    public void Send(int signal) => Signal.Send(Pid, signal);

    /// <summary>Waits for the end of the process and its output.</summary>
    public async Task<int> ExitCodeAsync(TimeSpan? within = null)
    {
        using var deadline = new CancellationTokenSource(within ?? TimeSpan.FromSeconds(30));
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The server (pid {Pid}) did not exit. Output:\n{Output}");
        }
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Alive.TryRemove(Pid, out _);
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }
}
