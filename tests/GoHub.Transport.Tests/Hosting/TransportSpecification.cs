using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GoHub.Transport.Tests.Hosting;

/// <summary>What an application may expect, whatever transport it runs on. Each specification has one class per transport.</summary>
/// <remarks>Owns the applications a test starts: they are stopped after it, and none may have logged an error that the test did not expect.</remarks>
public abstract class TransportSpecification(TransportKind transport) : IAsyncDisposable
{
    private readonly List<RunningApp> _apps = [];

    /// <summary>An application on a loopback port that the system chose, unless <paramref name="kestrel"/> listens elsewhere.</summary>
    private protected Task<RunningApp> StartAsync(Action<WebApplication> app, Action<KestrelServerOptions>? kestrel = null) =>
        StartAsync(builder => builder.WebHost.ConfigureKestrel(kestrel ?? (_ => { })), app);

    private protected async Task<RunningApp> StartAsync(Action<WebApplicationBuilder> configure, Action<WebApplication> app)
    {
        // Without a watch on the settings, whose descriptors come and go.
        var builder = WebApplication.CreateBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        var log = new AppLog();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = Eventually.Soon);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.UseTransport(transport);
        configure(builder);
        var application = builder.Build();
        application.MapGet("/alive", () => "alive");
        app(application);
        try
        {
            await application.StartAsync();
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
        var running = new RunningApp(application, log);
        _apps.Add(running);
        return running;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var app in _apps)
        {
            await app.DisposeAsync();
            Assert.Empty(app.Log.UnexpectedErrors);
        }
    }
}
