using System.Net.Sockets;
using NATS.Client.Core;

namespace GoHub.Nats;

/// <summary>Which exceptions of the library mean that a connection is no more.</summary>
internal static class NatsFaults
{
    public static bool IsConnection(Exception fault) =>
        fault is NatsException or OperationCanceledException or ObjectDisposedException or TimeoutException or IOException or SocketException or InvalidOperationException;
}
