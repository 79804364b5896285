using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace GoHub.Redis;

/// <summary>Puts a <see cref="PushStream"/> between the library and the connection that messages come in on.</summary>
/// <remarks>
/// The library can hand messages over in two ways: to a handler, each on a thread of its own so that their order is lost, or through
/// a queue without a limit and with one reader per channel. Its public tunnel lets frames be taken from the bytes instead: in order,
/// without a copy, and a slow node is felt by the server, which has a limit. Threads: any.
/// </remarks>
internal sealed class RedisTunnel(Tunnel? tail, RedisTls? tls, IPushSink sink) : Tunnel
{
    public override ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
        tail is null ? base.GetSocketConnectEndpointAsync(endpoint, cancellationToken) : tail.GetSocketConnectEndpointAsync(endpoint, cancellationToken);

    public override ValueTask BeforeSocketConnectAsync(EndPoint endPoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken) =>
        tail is null ? base.BeforeSocketConnectAsync(endPoint, connectionType, socket, cancellationToken) : tail.BeforeSocketConnectAsync(endPoint, connectionType, socket, cancellationToken);

    public override async ValueTask<Stream?> BeforeAuthenticateAsync(EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken)
    {
        var stream = tail is null ? null : await tail.BeforeAuthenticateAsync(endpoint, connectionType, socket, cancellationToken).ConfigureAwait(false);
        if (tls is null && connectionType != ConnectionType.Subscription)
        {
            return stream;
        }
        stream ??= new NetworkStream(socket ?? throw new InvalidOperationException("The tunnel has neither a socket nor a stream."), ownsSocket: false);
        if (tls is not null)
        {
            stream = await AuthenticateAsync(stream, endpoint, tls, cancellationToken).ConfigureAwait(false);
        }
        return connectionType == ConnectionType.Subscription ? new PushStream(stream, sink) : stream;
    }

    private async Task<Stream> AuthenticateAsync(Stream stream, EndPoint endpoint, RedisTls tls, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(RedisSettings.TimeoutMilliseconds);
        try
        {
            return await tls.AuthenticateAsync(stream, endpoint, deadline.Token).ConfigureAwait(false);
        }
        catch (AuthenticationException e)
        {
            sink.OnUntrusted(e.Message);
            throw;
        }
    }
}
