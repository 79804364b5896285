using System.Buffers;

namespace GoHub.Endpoints;

/// <summary>Reads a header's value token by token; spaces between them count for nothing (RFC 9110 §5.6).</summary>
/// <remarks>Threads: one at a time.</remarks>
internal ref struct HeaderTokens(ReadOnlySpan<char> value)
{
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private ReadOnlySpan<char> _rest = value.TrimStart(" \t");

    public readonly bool IsEmpty => _rest.IsEmpty;

    public readonly bool IsAt(char separator) => !_rest.IsEmpty && _rest[0] == separator;

    public bool TryTake(char separator)
    {
        if (!IsAt(separator))
        {
            return false;
        }
        Skip(1);
        return true;
    }

    public bool TryReadToken(out ReadOnlySpan<char> token)
    {
        token = _rest[..LengthOfToken(_rest)];
        Skip(token.Length);
        return !token.IsEmpty;
    }

    /// <summary>Reads a token that may be in quotes, in which an extension's parameter may hold nothing but a token (RFC 6455 §9.1).</summary>
    public bool TryReadValue(out ReadOnlySpan<char> value)
    {
        if (!IsAt('"'))
        {
            return TryReadToken(out value);
        }
        value = _rest[1..][..LengthOfToken(_rest[1..])];
        var isClosed = value.Length + 1 < _rest.Length && _rest[value.Length + 1] == '"';
        if (isClosed)
        {
            Skip(value.Length + 2);
        }
        return isClosed && !value.IsEmpty;
    }

    private static int LengthOfToken(ReadOnlySpan<char> text)
    {
        var length = text.IndexOfAnyExcept(TokenCharacters);
        return length < 0 ? text.Length : length;
    }

    private void Skip(int count) => _rest = _rest[count..].TrimStart(" \t");
}
