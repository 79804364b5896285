using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace GoHub.Testing.Memory;

/// <summary>Where one node accepts its connections.</summary>
/// <remarks>Owner of the connections that are open. Threads: any.</remarks>
internal sealed class MemoryListener(MemoryEndPoint endpoint, Gate gate, Action unbound) : IConnectionListener
{
    private readonly Channel<MemoryConnection> _waiting = Channel.CreateUnbounded<MemoryConnection>();
    private readonly ConcurrentDictionary<MemoryConnection, bool> _open = new();

    public EndPoint EndPoint => endpoint;

    public Gate Gate => gate;

    /// <returns>The client's end; null if nothing is accepted any more.</returns>
    public Stream? Connect()
    {
        var connection = new MemoryConnection(endpoint, gate, ended => _open.TryRemove(ended, out _));
        _open[connection] = true;
        if (!_waiting.Writer.TryWrite(connection))
        {
            connection.Reset();
            return null;
        }
        return connection.Client;
    }

    public void Cut()
    {
        _waiting.Writer.TryComplete();
        foreach (var (connection, _) in _open)
        {
            connection.Reset();
        }
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_waiting.Reader.TryRead(out var connection))
            {
                return connection;
            }
        }
        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _waiting.Writer.TryComplete();
        unbound();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
