using System.Diagnostics;
using System.Net;

namespace GoHub.IntegrationTests.Hosting;

/// <summary>A server that serves: started on a port of its own and ready.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private ServerProcess(ServerRun run, int port)
    {
        Run = run;
        Port = port;
        // One connection per request: a kept one would count as a client of the draining server.
        Http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, UseProxy = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            Timeout = Eventually.Soon,
        };
    }

    public ServerRun Run { get; }

    public int Port { get; }

    public HttpClient Http { get; }

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Port);

    /// <summary>Starts with options in the form <c>Limits:Connections=3</c>, each given on the command line below <c>GoHub:</c>.</summary>
    public static Task<ServerProcess> StartAsync(params string[] options) => StartAsync(options, null);

    public static async Task<ServerProcess> StartAsync(IEnumerable<string> options, IReadOnlyDictionary<string, string>? environment, bool withUrls = true, int? port = null)
    {
        var own = port ?? FreePort.Next();
        string[] urls = withUrls ? ["--urls", $"http://127.0.0.1:{own}"] : [];
        var run = ServerRun.Start([.. urls, .. options.Select(o => $"--GoHub:{o}")], environment);
        var server = new ServerProcess(run, own);
        try
        {
            await Eventually.HoldsAsync("the server is ready", server.IsReadyAsync, TimeSpan.FromSeconds(30));
            return server;
        }
        catch (Exception e)
        {
            var output = run.Output;
            await server.DisposeAsync();
            throw new InvalidOperationException($"The server did not start: {e.Message}\n{output}", e);
        }
    }

    public async Task<string> GetAsync(string path) => await Http.GetStringAsync(new Uri(path, UriKind.Relative));

    public async Task<HttpStatusCode?> StatusAsync(string path)
    {
        try
        {
            using var response = await Http.GetAsync(new Uri(path, UriKind.Relative));
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public async Task<Metrics> MetricsAsync() => Metrics.Parse(await GetAsync("/metrics"));

    /// <summary>Resident memory of the process. Unit: bytes.</summary>
    public long ResidentBytes()
    {
        using var process = Process.GetProcessById(Run.Pid);
        return process.WorkingSet64;
    }

    /// <summary>SIGTERM and the exit code that follows.</summary>
    public async Task<int> StopAsync(TimeSpan? within = null)
    {
        Run.Send(Signal.Terminate);
        return await Run.ExitCodeAsync(within);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Run.DisposeAsync();
    }

    private async Task<bool> IsReadyAsync() => Run.HasExited
        ? throw new InvalidOperationException($"It ended with code {await Run.ExitCodeAsync()}.")
        : await StatusAsync("/health/ready") == HttpStatusCode.OK;
}
