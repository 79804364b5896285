using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GoHub.ClusterTests.Hosting;

/// <summary>A node in the test's own process, whose server API the test can call.</summary>
/// <remarks>Owner: the test.</remarks>
internal sealed class InProcessNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly KeptLog _log;

    private InProcessNode(string name, WebApplication app, KeptLog log) => (Name, _app, _log) = (name, app, log);

    public string Name { get; }

    public IGoHub Hub => _app.Services.GetRequiredService<IGoHub>();

    public IGoHubTokens Tokens => _app.Services.GetRequiredService<IGoHubTokens>();

    public IPEndPoint EndPoint => new(IPAddress.Loopback, new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port);

    /// <summary>What it logged at Error or above.</summary>
    public IReadOnlyCollection<string> Errors => _log.Errors;

    /// <param name="name">For people.</param>
    /// <param name="bus">Joins it to others; null: it stands alone.</param>
    /// <param name="options">In the form <c>Rooms:AutoCreate=true</c>.</param>
    public static async Task<InProcessNode> StartNewAsync(string name, Action<GoHubBuilder>? bus, params string[] options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var log = new KeptLog(name);
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.UseGoHubTransport().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Configuration.AddInMemoryCollection(new[] { $"Transport={ServerBinary.Transport}", $"Auth:Jwt:SecretKey={TestTokens.Key}", $"Cluster:NodeName={name}" }.Concat(options)
            .Select(o => o.Split('=', 2)).Select(o => KeyValuePair.Create($"GoHub:{o[0]}", (string?)o[1])));
        var hub = builder.Services.AddGoHub();
        bus?.Invoke(hub);
        var app = builder.Build();
        app.MapGoHub();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new InProcessNode(name, app, log);
    }

    public Task<WireClient> ConnectAsync(Handshake? handshake = null) => WireClient.ConnectAsync(EndPoint, handshake);

    /// <summary>Stops as SIGTERM would.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private sealed class KeptLog(string node) : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _errors = new();

        public IReadOnlyCollection<string> Errors => _errors;

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                _errors.Enqueue($"{node} {logLevel} {eventId.Id}: {formatter(state, exception)} {exception}");
            }
        }
    }
}
