using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace GoHub.Transport;

/// <summary>A system call of the transport failed in a way that nothing can be done about.</summary>
internal sealed class TransportException(string call, int errno) : IOException($"{call}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})", new SocketException(errno));
