using System.Net;
using System.Net.Sockets;

namespace GoHub.ChatTests.Hosting;

/// <summary>Ports in a row, as the nodes of the sample have them.</summary>
internal static class Ports
{
    /// <summary>A port with so many behind it; no other test gets any of them.</summary>
    public static int Before(int count)
    {
        while (true)
        {
            var first = FreePort.Next();
            if (Enumerable.Range(first + 1, count).All(port => FreePort.Next() == port))
            {
                return first;
            }
        }
    }

    public static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
