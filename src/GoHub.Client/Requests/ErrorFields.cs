using System.Text.Json.Serialization;

namespace GoHub.Client.Requests;

/// <summary>The data of an <c>error</c>. Its <c>request_id</c> is the envelope's, and not read here: it may be a number or a string.</summary>
internal sealed record ErrorFields(int Code, string? Message, string? Details)
{
    public static readonly ErrorFields Unknown = new((int)GoHubErrorCode.Unknown, "The server says that something failed, and not what.", null);
}

/// <summary>Source-generated reading and writing of what only a client needs of GoHub's own data.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ErrorFields))]
[JsonSerializable(typeof(TokenFields))]
internal sealed partial class ClientWireJson : JsonSerializerContext;

/// <summary>The data of an <c>auth</c>.</summary>
internal sealed record TokenFields(string Token);
