using System.Buffers;

namespace GoHub.ClusterTests.Proxy;

/// <summary>Decides, byte by byte of a stream, what goes on.</summary>
/// <remarks>Owner: one direction of one connection. Threads: one.</remarks>
internal interface IStreamFilter
{
    /// <summary>Writes to <paramref name="output"/> what passes; keeps what it cannot decide yet.</summary>
    void Pass(ReadOnlySpan<byte> input, IBufferWriter<byte> output);
}

/// <summary>Cuts a stream into commands and leaves some of them out.</summary>
/// <param name="dropped">Whether a command, given as text of one byte a character, is left out.</param>
internal abstract class CommandFilter(Func<string, bool> dropped) : IStreamFilter
{
    private byte[] _kept = [];

    public void Pass(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        byte[] all = [.. _kept, .. input];
        var rest = all.AsSpan();
        while (Length(rest) is var length and > 0)
        {
            if (!dropped(Encoding.Latin1.GetString(rest[..length])))
            {
                output.Write(rest[..length]);
            }
            rest = rest[length..];
        }
        _kept = rest.ToArray();
    }

    /// <summary>Bytes of the first command; 0 if it is not whole yet.</summary>
    protected abstract int Length(ReadOnlySpan<byte> bytes);
}

/// <summary>The commands of a NATS client: lines, of which PUB and HPUB have a payload behind them.</summary>
internal sealed class NatsCommandFilter(Func<string, bool> dropped) : CommandFilter(dropped)
{
    protected override int Length(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return 0;
        }
        var line = end + 2;
        if (!bytes.StartsWith("PUB "u8) && !bytes.StartsWith("HPUB "u8))
        {
            return line;
        }
        var last = Encoding.ASCII.GetString(bytes[..end]).TrimEnd().Split(' ')[^1];
        var whole = line + int.Parse(last, System.Globalization.CultureInfo.InvariantCulture) + 2;
        return whole <= bytes.Length ? whole : 0;
    }
}

/// <summary>The commands of a Redis client: arrays of bulk strings.</summary>
internal sealed class RedisCommandFilter(Func<string, bool> dropped) : CommandFilter(dropped)
{
    protected override int Length(ReadOnlySpan<byte> bytes)
    {
        if (!TryReadNumber(bytes, out var count, out var at))
        {
            return 0;
        }
        for (; count > 0; count--)
        {
            if (!TryReadNumber(bytes[at..], out var size, out var line))
            {
                return 0;
            }
            at += line + size + 2;
            if (at > bytes.Length)
            {
                return 0;
            }
        }
        return at;
    }

    // "*3\r\n" and "$12\r\n": a mark, a number, the end of the line.
    private static bool TryReadNumber(ReadOnlySpan<byte> bytes, out int number, out int line)
    {
        var end = bytes.IndexOf("\r\n"u8);
        line = end + 2;
        number = end < 0 ? 0 : int.Parse(bytes[1..end], System.Globalization.CultureInfo.InvariantCulture);
        return end >= 0;
    }
}
