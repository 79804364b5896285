using System.Buffers.Binary;
using System.Text.Json;

namespace GoHub.Security;

/// <summary>What the payloads of an issuer's tokens have in common: names, lists and nested objects, but not the strings and numbers at the top.</summary>
/// <remarks>Payload and parts are bytes that are cut and joined, so a payload comes back as it was. Threads: immutable, any.</remarks>
internal sealed class PayloadShape : IEquatable<PayloadShape>
{
    private const int LengthBytes = sizeof(ushort);

    private readonly byte[] _common;
    private readonly int[] _gaps; // Where in _common a value belongs.

    private PayloadShape(byte[] common, int[] gaps)
    {
        _common = common;
        _gaps = gaps;
    }

    /// <param name="payload">A JSON object; a token's, so no longer than a length can say.</param>
    /// <returns>What may be shared, and the values that are this payload's own, each behind its length.</returns>
    public static (PayloadShape Shape, byte[] Own) Split(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        List<byte> common = [];
        List<byte> own = [];
        List<int> gaps = [];
        Span<byte> length = stackalloc byte[LengthBytes];
        var done = 0;
        while (reader.Read() && (reader.TokenType != JsonTokenType.EndObject || reader.CurrentDepth > 0))
        {
            if (reader.CurrentDepth == 1 && reader.TokenType is (JsonTokenType.String or JsonTokenType.Number))
            {
                var value = payload[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];
                common.AddRange(payload[done..(int)reader.TokenStartIndex]);
                gaps.Add(common.Count);
                BinaryPrimitives.WriteUInt16LittleEndian(length, checked((ushort)value.Length));
                own.AddRange(length);
                own.AddRange(value);
                done = (int)reader.BytesConsumed;
            }
        }
        common.AddRange(payload[done..]);
        return (new PayloadShape([.. common], [.. gaps]), [.. own]);
    }

    /// <summary>The payload that <paramref name="own"/> was cut from.</summary>
    public byte[] Join(ReadOnlySpan<byte> own)
    {
        var payload = new byte[_common.Length + own.Length - (LengthBytes * _gaps.Length)];
        var (from, to) = (0, 0);
        foreach (var gap in _gaps)
        {
            _common.AsSpan(from..gap).CopyTo(payload.AsSpan(to));
            to += gap - from;
            from = gap;
            var length = BinaryPrimitives.ReadUInt16LittleEndian(own);
            own.Slice(LengthBytes, length).CopyTo(payload.AsSpan(to));
            own = own[(LengthBytes + length)..];
            to += length;
        }
        _common.AsSpan(from).CopyTo(payload.AsSpan(to));
        return payload;
    }

    public bool Equals(PayloadShape? other) => other is not null && _common.AsSpan().SequenceEqual(other._common) && _gaps.AsSpan().SequenceEqual(other._gaps);

    public override bool Equals(object? obj) => Equals(obj as PayloadShape);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_common);
        return hash.ToHashCode();
    }
}
