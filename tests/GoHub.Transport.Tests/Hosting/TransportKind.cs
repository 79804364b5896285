namespace GoHub.Transport.Tests.Hosting;

/// <summary>What carries the bytes between Kestrel and the network.</summary>
public enum TransportKind
{
    /// <summary>Kestrel's own; what the other one is measured against.</summary>
    Sockets,

    /// <summary>The one of this repository.</summary>
    Epoll,
}

internal static class TransportChoice
{
    public static void UseTransport(this IWebHostBuilder host, TransportKind transport)
    {
        if (transport is TransportKind.Epoll)
        {
            host.UseEpollTransport();
        }
    }
}
