using System.Diagnostics.CodeAnalysis;

namespace GoHub.Testing.Memory;

/// <summary>.NET's own HTTP client on wires of memory.</summary>
internal static class MemoryHttp
{
    /// <param name="network">Where nodes listen.</param>
    /// <param name="choose">Which name stands for the host of a request.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "The invoker's.")]
    public static HttpMessageInvoker Invoker(MemoryNetwork network, Func<string, string> choose) => new(Handler(network, choose));

    public static SocketsHttpHandler Handler(MemoryNetwork network, Func<string, string> choose) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectCallback = (context, cancellationToken) => network.ConnectAsync(choose(context.DnsEndPoint.Host), cancellationToken),
    };
}
