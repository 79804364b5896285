using System.Buffers.Text;
using System.Text.Json;

namespace GoHub.Client.Tokens;

/// <summary>Reads when a token expires. It proves nothing: that is the server's work.</summary>
internal static class JwtExpiry
{
    /// <returns>The claim <c>exp</c>; null if that is no JSON Web Token, or one without.</returns>
    public static DateTimeOffset? Of(string? token)
    {
        if (token?.Split('.') is not [_, var payload, ..] || !Base64Url.IsValid(payload))
        {
            return null;
        }
        try
        {
            var reader = new Utf8JsonReader(Base64Url.DecodeFromChars(payload));
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isExpiry = reader.ValueTextEquals("exp"u8);
                reader.Read();
                if (isExpiry)
                {
                    return Time(ref reader);
                }
                reader.Skip();
            }
            return null;
        }
        catch (JsonException)
        {
            // An opaque token, which happens to look like one.
            return null;
        }
    }

    // RFC 7519 §2: seconds, which may have a fraction.
    private static DateTimeOffset? Time(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var seconds) && seconds >= 0 && seconds < (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).TotalSeconds
            ? DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(seconds)
            : null;
}
