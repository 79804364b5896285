using System.Net;

namespace GoHub.Testing.Memory;

/// <summary>Where a node listens: a name in place of an address and a port.</summary>
internal sealed class MemoryEndPoint(string host) : EndPoint
{
    public string Host => host;

    public override string ToString() => host;
}
