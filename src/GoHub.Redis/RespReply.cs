using System.Buffers.Text;

namespace GoHub.Redis;

/// <summary>Where a message's payload begins and how long it is.</summary>
/// <param name="Length">Bytes before the payload.</param>
/// <param name="Payload">Bytes of the payload.</param>
internal readonly record struct MessageHeader(int Length, int Payload)
{
    public enum Outcome
    {
        /// <summary>More bytes will tell.</summary>
        Incomplete,

        /// <summary>Something else.</summary>
        None,

        Message,
    }

    private static ReadOnlySpan<byte> Plain => "*3\r\n$7\r\nmessage\r\n"u8;

    private static ReadOnlySpan<byte> Sharded => "*3\r\n$8\r\nsmessage\r\n"u8;

    public static Outcome TryRead(ReadOnlySpan<byte> bytes, out MessageHeader header)
    {
        header = default;
        int at;
        if (bytes.StartsWith(Plain))
        {
            at = Plain.Length;
        }
        else if (bytes.StartsWith(Sharded))
        {
            at = Sharded.Length;
        }
        else
        {
            return (bytes.Length < Plain.Length && Plain.StartsWith(bytes)) || (bytes.Length < Sharded.Length && Sharded.StartsWith(bytes)) ? Outcome.Incomplete : Outcome.None;
        }
        if (!RespReply.TryReadLength(bytes, ref at, out var channel))
        {
            return Outcome.Incomplete;
        }
        if (channel is < 0 or > RespReply.MaxReply)
        {
            throw new InvalidDataException("Redis sends a message without a channel.");
        }
        at += channel + 2;
        if (at > bytes.Length || !RespReply.TryReadLength(bytes, ref at, out var payload))
        {
            return Outcome.Incomplete;
        }
        if (payload < 0)
        {
            throw new InvalidDataException("Redis sends a message without a payload.");
        }
        header = new MessageHeader(at, payload);
        return Outcome.Message;
    }
}

/// <summary>Finds where replies end.</summary>
internal static class RespReply
{
    /// <summary>Longest reply to anything that is asked on a connection for messages. Unit: bytes.</summary>
    public const int MaxReply = 1024 * 1024;

    /// <returns>False if the reply is not all there.</returns>
    /// <exception cref="InvalidDataException">This is no reply.</exception>
    public static bool TryMeasure(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        var at = 0;
        for (long left = 1; left > 0; left--)
        {
            if (at >= bytes.Length)
            {
                return Incomplete(bytes);
            }
            switch (bytes[at])
            {
                case (byte)'+' or (byte)'-' or (byte)':' or (byte)'_' or (byte)'#' or (byte)',' or (byte)'(':
                    var end = bytes[at..].IndexOf((byte)'\n');
                    if (end < 0)
                    {
                        return Incomplete(bytes);
                    }
                    at += end + 1;
                    break;
                case (byte)'$' or (byte)'!' or (byte)'=':
                    if (!TryReadLength(bytes, ref at, out var bulk))
                    {
                        return Incomplete(bytes);
                    }
                    if (bulk > MaxReply)
                    {
                        throw new InvalidDataException("Redis sends a reply that is too long.");
                    }
                    at += bulk < 0 ? 0 : bulk + 2;
                    break;
                case (byte)'*' or (byte)'~' or (byte)'>' or (byte)'%':
                    var perItem = bytes[at] == (byte)'%' ? 2 : 1;
                    if (!TryReadLength(bytes, ref at, out var items))
                    {
                        return Incomplete(bytes);
                    }
                    left += Math.Max(0, items) * (long)perItem;
                    break;
                default:
                    throw new InvalidDataException("What answers is not Redis.");
            }
        }
        length = at;
        return at <= bytes.Length || Incomplete(bytes);
    }

    /// <summary>Reads a line such as <c>$12</c>, whatever its first byte.</summary>
    /// <returns>False if the line does not end yet.</returns>
    /// <exception cref="InvalidDataException">It holds no length.</exception>
    public static bool TryReadLength(ReadOnlySpan<byte> bytes, ref int at, out int value)
    {
        value = 0;
        var line = bytes[at..];
        var end = line.IndexOf((byte)'\n');
        if (end < 0)
        {
            return false;
        }
        if (end < 3 || !Utf8Parser.TryParse(line[1..(end - 1)], out value, out var used) || used != end - 2)
        {
            throw new InvalidDataException("Redis sends a length that is none.");
        }
        at += end + 1;
        return true;
    }

    private static bool Incomplete(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= MaxReply ? false : throw new InvalidDataException("Redis sends a reply that does not end.");
}
