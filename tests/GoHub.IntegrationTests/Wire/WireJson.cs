using System.Text.Encodings.Web;

namespace GoHub.IntegrationTests.Wire;

/// <summary>How the tests write JSON: as browsers do, without escaping what need not be.</summary>
internal static class WireJson
{
    public static JsonSerializerOptions AsIs { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
