using System.Net.Sockets;

namespace GoHub.Tests.Hosting;

/// <summary>Two ends of one connection inside the kernel.</summary>
internal static class SocketPair
{
    /// <returns>The client, and the descriptor of the server's end, which is the caller's.</returns>
    public static (Socket Client, int Server) Connect()
    {
        // A leading zero: a name of Linux's own, without a file.
        var name = new UnixDomainSocketEndPoint("\0gohub-tests-" + Guid.NewGuid().ToString("N"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(name);
        listener.Listen(1);
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(name);
        var server = listener.Accept();
        var fd = (int)server.Handle;
        server.SafeHandle.SetHandleAsInvalid();
        return (client, fd);
    }
}
