using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace GoHub.Connections;

/// <summary>Reads what a peer put into its close frame (RFC 6455 §5.5.1 and §7.4).</summary>
internal static class ClosePayload
{
    private const int NoStatus = 1005;

    /// <returns>False if the peer may not send this; <paramref name="problem"/> and <paramref name="reason"/> are then our answer.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out int code, out string reason, out GoHubCloseCode problem)
    {
        problem = GoHubCloseCode.ProtocolError;
        code = NoStatus;
        reason = "";
        if (payload.IsEmpty)
        {
            return true;
        }
        if (payload.Length == 1)
        {
            reason = "close frame of one byte";
            return false;
        }
        code = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (!IsAllowed(code))
        {
            reason = "close code not allowed on the wire";
            return false;
        }
        if (!Utf8.IsValid(payload[2..]))
        {
            problem = GoHubCloseCode.InvalidPayload;
            reason = "close reason is not UTF-8";
            return false;
        }
        reason = Encoding.UTF8.GetString(payload[2..]);
        return true;
    }

    // 1004 to 1006 and 1015 are for programs only; 1012 to 1014 are registered since RFC 6455.
    private static bool IsAllowed(int code) => code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
}
