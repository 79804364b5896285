using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace GoHub.Testing.Memory;

/// <summary>The wires between the clients of a test and its nodes; to Kestrel a transport like any other.</summary>
/// <remarks>Owner of who listens under which name. Threads: any.</remarks>
internal sealed class MemoryNetwork
{
    private readonly ConcurrentDictionary<string, MemoryListener> _listeners = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Opens a connection to a name.</summary>
    /// <exception cref="SocketException">Nobody listens there (<see cref="SocketError.ConnectionRefused"/>), or nobody answers before the token is cancelled.</exception>
    public async ValueTask<Stream> ConnectAsync(string host, CancellationToken cancellationToken)
    {
        if (!_listeners.TryGetValue(host, out var listener))
        {
            throw new SocketException((int)SocketError.ConnectionRefused);
        }
        // A process that is stopped answers no handshake, though its port is there.
        await listener.Gate.PassAsync(cancellationToken).ConfigureAwait(false);
        return listener.Connect() ?? throw new SocketException((int)SocketError.ConnectionRefused);
    }

    /// <summary>The transport of one node.</summary>
    public IConnectionListenerFactory Transport(Gate gate) => new Factory(this, gate);

    /// <summary>Resets every connection of a node and refuses new ones.</summary>
    public void Cut(string host)
    {
        if (_listeners.TryRemove(host, out var listener))
        {
            listener.Cut();
        }
    }

    private sealed class Factory(MemoryNetwork network, Gate gate) : IConnectionListenerFactory, IConnectionListenerFactorySelector
    {
        public bool CanBind(EndPoint endpoint) => endpoint is MemoryEndPoint;

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            var at = (MemoryEndPoint)endpoint;
            var listener = new MemoryListener(at, gate, () => network._listeners.TryRemove(at.Host, out _));
            return network._listeners.TryAdd(at.Host, listener)
                ? ValueTask.FromResult<IConnectionListener>(listener)
                : throw new AddressInUseException($"There is a node named '{at.Host}' already.");
        }
    }
}
