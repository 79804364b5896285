using System.Net;
using System.Net.Sockets;
using GoHub.Transport.Native;
using Microsoft.AspNetCore.Connections;

namespace GoHub.Transport.Http;

/// <summary>Makes the socket that listens, by the framework's own means, as the stock transport does.</summary>
internal static class ListeningSocket
{
    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    public static Socket Bind(EndPoint endpoint, int backlog)
    {
        var socket = endpoint is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // "Any" of IPv6 means both families, as everywhere in ASP.NET Core.
            if (endpoint is IPEndPoint ip && ip.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }
            socket.Bind(endpoint);
            socket.Listen(backlog);
            var fd = (int)socket.Handle;
            _ = Libc.fcntl(fd, Libc.F_SETFL, Libc.fcntl(fd, Libc.F_GETFL, 0) | Libc.NONBLOCK);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            if (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new AddressInUseException(e.Message, e);
            }
            throw;
        }
    }
}
