using System.Net;
using GoHub.Transport.Http;
using GoHub.Transport.Loops;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GoHub.Transport;

/// <summary>Binds endpoints whose connections live on epoll loops.</summary>
/// <remarks>Owner of the loops, from the first endpoint on until the host is disposed. Threads: any.</remarks>
internal sealed class EpollTransport(
    IOptions<EpollTransportOptions> options, IOptions<KestrelServerOptions> kestrel, IMemoryPoolFactory<byte> pools, TransportMetrics metrics, ILoggerFactory loggers)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger("GoHub.Transport");
    private readonly Lock _gate = new();
    private EventLoop[]? _loops;
    private int _next;

    public bool CanBind(EndPoint endpoint) => options.Value.IsEnabled && endpoint is IPEndPoint or System.Net.Sockets.UnixDomainSocketEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        cancellationToken.ThrowIfCancellationRequested();
        var services = new ConnectionServices(options.Value, kestrel.Value.Limits, pools, metrics, _logger);
        var listener = new EpollListener(endpoint, Loops(), NextLoop, services);
        listener.Start();
        return ValueTask.FromResult<IConnectionListener>(listener);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var loop in _loops ?? [])
            {
                loop.Dispose();
            }
            _loops = null;
        }
    }

    private EventLoop[] Loops()
    {
        lock (_gate)
        {
            if (_loops is null)
            {
                options.Value.Validate();
                _loops = [.. Enumerable.Range(0, options.Value.LoopCount).Select(number => new EventLoop(number, _logger))];
                foreach (var loop in _loops)
                {
                    loop.Start();
                }
            }
            return _loops;
        }
    }

    private EventLoop NextLoop() => _loops![(Interlocked.Increment(ref _next) & int.MaxValue) % _loops!.Length];
}
