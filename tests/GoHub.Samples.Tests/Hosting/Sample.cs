using System.Collections.Concurrent;
using System.Diagnostics;

namespace GoHub.Samples.Tests.Hosting;

/// <summary>A sample that runs as a process of its own, on a port that the system chose.</summary>
/// <remarks>Owner: the test. Disposing ends the process.</remarks>
internal sealed class Sample : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private static readonly ConcurrentDictionary<int, Process> Alive = new();

    private readonly Process _process;
    private readonly OutputLines _output = new();
    private HttpClient? _http;

    // A test run that is broken off must leave no server behind.
    static Sample() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var process in Alive.Values)
        {
            process.Kill();
        }
    };

    private Sample(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, e) => _output.Add(e.Data);
        _process.ErrorDataReceived += (_, e) => _output.Add(e.Data);
        _process.Exited += (_, _) => _output.Add($"{Listening}nowhere, it has exited");
    }

    public HttpClient Http => _http ?? throw new InvalidOperationException("Not started.");

    public static async Task<Sample> StartAsync(string name, params string[] args)
    {
        var sample = new Sample(StartInfo(name, args));
        sample._process.Start();
        Alive[sample._process.Id] = sample._process;
        sample._process.BeginOutputReadLine();
        sample._process.BeginErrorReadLine();
        try
        {
            var line = await sample.PrintsAsync(Listening);
            var address = line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..];
            Assert.True(Uri.TryCreate(address, UriKind.Absolute, out var url), $"{name} did not start:\n{sample._output}");
            sample._http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = url };
            return sample;
        }
        catch
        {
            await sample.DisposeAsync();
            throw;
        }
    }

    /// <param name="query">Such as <c>?welcome=1</c>.</param>
    /// <param name="headers">Of the upgrade request.</param>
    public Task<Client> ConnectAsync(string query = "", params (string Name, string Value)[] headers) =>
        Client.ConnectAsync(new UriBuilder(Http.BaseAddress!) { Scheme = "ws", Path = "/ws", Query = query }.Uri, headers);

    /// <summary>Waits for a line of output with this text.</summary>
    public Task<string> PrintsAsync(string text) => Deadline.WithinAsync($"'{text}' in the output, which is:\n{_output}", ct => _output.FirstAsync(text, ct));

    public bool HasPrinted(string text) => _output.ToString().Contains(text, StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        Alive.TryRemove(_process.Id, out _);
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static ProcessStartInfo StartInfo(string name, string[] args)
    {
        var folder = Repository.Output(name);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, name + ".dll"), .. args, "--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What configures the shell the tests run in must not configure the sample.
        foreach (var variable in start.Environment.Keys.Where(k => k.StartsWith("GOHUB", StringComparison.OrdinalIgnoreCase) || k.StartsWith("ASPNETCORE_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(variable);
        }
        return start;
    }
}
