using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace GoHub.ChatTests.Hosting;

/// <summary>The sample as a process of its own, on a port of its own, started as a user starts it.</summary>
/// <remarks>Owner: the test. Disposing ends it.</remarks>
internal sealed class ChatProcess : IAsyncDisposable
{
    private static readonly string Assembly = typeof(ChatProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ChatAssembly").Value!;

    // Several start at once, on two cores that have more to do.
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private readonly string[] _args;
    private ServerRun? _run;

    private ChatProcess(int port, string[] args) => (Port, _args) = (port, args);

    /// <summary>Where the page is; stays the same over restarts.</summary>
    public int Port { get; }

    public Uri Home => new($"http://localhost:{Port}/");

    public string Output => _run?.Output ?? "";

    public static Task<ChatProcess> StartAsync()
    {
        var port = FreePort.Next();
        return StartAsync(port, "--port", port.ToString(CultureInfo.InvariantCulture));
    }

    /// <param name="port">That the page is to be found at.</param>
    /// <param name="args">Of the command line.</param>
    public static async Task<ChatProcess> StartAsync(int port, params string[] args)
    {
        var chat = new ChatProcess(port, args);
        await chat.StartAgainAsync();
        return chat;
    }

    /// <summary>Starts the sample for what it says on a command line that it cannot take.</summary>
    public static ServerRun Run(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What configures the shell the tests run in must not configure the sample.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("GOHUB", StringComparison.OrdinalIgnoreCase) || k.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }
        return ServerRun.Start(start);
    }

    public async Task StartAgainAsync()
    {
        var run = _run = Run(_args);
        await Eventually.HoldsAsync($"the chat answers on port {Port}", async () =>
        {
            Assert.False(run.HasExited, $"The chat did not start:\n{run.Output}");
            return await AnswersAsync(Port);
        }, StartLimit);
    }

    /// <summary>SIGKILL: no goodbye.</summary>
    public async Task KillAsync()
    {
        _run!.Send(Signal.Kill);
        await _run.ExitCodeAsync();
        await _run.DisposeAsync();
        _run = null;
    }

    /// <summary>SIGTERM. Not Ctrl+C's SIGINT, which shells have their background jobs ignore, tests among them.</summary>
    public Task<int> StopAsync()
    {
        _run!.Send(Signal.Terminate);
        return _run.ExitCodeAsync();
    }

    public static async Task<bool> AnswersAsync(int port)
    {
        try
        {
            using var response = await Http.GetAsync(new Uri($"http://localhost:{port}/health/ready"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_run is not null)
        {
            await _run.DisposeAsync();
        }
    }
}
