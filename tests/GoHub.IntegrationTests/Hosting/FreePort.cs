using System.Net;
using System.Net.Sockets;

namespace GoHub.IntegrationTests.Hosting;

/// <summary>Hands out loopback ports below the kernel's ephemeral range, so that no outgoing connection of a test takes one.</summary>
internal static class FreePort
{
    private const int First = 20_000;
    private const int Count = 12_000;

    private static int _next = Random.Shared.Next(Count);

    public static int Next()
    {
        for (var attempt = 0; attempt < Count; attempt++)
        {
            var port = First + (Interlocked.Increment(ref _next) & int.MaxValue) % Count;
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Any, port));
                return port;
            }
            catch (SocketException)
            {
                // In use: the next one.
            }
        }
        throw new InvalidOperationException("No free port.");
    }
}
