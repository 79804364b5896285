using System.Buffers.Binary;
using System.Net;

namespace GoHub.Transport.Native;

/// <summary>Reads the kernel's <c>sockaddr</c> (ip(7), ipv6(7), unix(7)).</summary>
internal static unsafe class KernelAddress
{
    /// <summary>Room for the largest, a Unix socket's path. Unit: bytes.</summary>
    public const int MaxLength = 110;

    private const ushort Ipv4 = 2;
    private const ushort Ipv6 = 10;

    /// <returns>Null for a Unix socket: a client's end has no name.</returns>
    public static IPEndPoint? Read(ReadOnlySpan<byte> address)
    {
        if (address.Length < sizeof(ushort))
        {
            return null;
        }
        switch (BitConverter.ToUInt16(address))
        {
            case Ipv4:
                return new IPEndPoint(new IPAddress(address.Slice(4, 4)), BinaryPrimitives.ReadUInt16BigEndian(address[2..]));
            case Ipv6:
                return new IPEndPoint(new IPAddress(address.Slice(8, 16), BitConverter.ToUInt32(address[24..])), BinaryPrimitives.ReadUInt16BigEndian(address[2..]));
            default:
                return null;
        }
    }

    /// <summary>The address of this end of a connection; null if the kernel does not say.</summary>
    public static IPEndPoint? OfThisEnd(int fd)
    {
        var bytes = stackalloc byte[MaxLength];
        var length = MaxLength;
        return Libc.getsockname(fd, bytes, &length) < 0 ? null : Read(new ReadOnlySpan<byte>(bytes, Math.Min(length, MaxLength)));
    }
}
