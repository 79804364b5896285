using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace GoHub.Protocol;

/// <summary>How an app's types become JSON and back, the same on the server and in clients.</summary>
/// <remarks>Threads: any.</remarks>
internal static class AppJson
{
    /// <summary>Knows simple types, and every type where the app has not turned reflection off.</summary>
    public static IJsonTypeInfoResolver CreateResolver() => JsonTypeInfoResolver.Combine(BasicJson.Default, ReflectionResolver());

    public static JsonSerializerOptions CreateOptions(IJsonTypeInfoResolver resolver) => new(JsonSerializerDefaults.Web)
    {
        MaxDepth = EnvelopeReader.MaxDepth,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = resolver,
    };

    // As ASP.NET Core's own JsonOptions: reflection serves wherever the app has not turned it off, as NativeAOT does.
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Guarded by IsReflectionEnabledByDefault, which trimming turns off.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Guarded by IsReflectionEnabledByDefault, which NativeAOT turns off.")]
    private static DefaultJsonTypeInfoResolver? ReflectionResolver() =>
        JsonSerializer.IsReflectionEnabledByDefault ? new DefaultJsonTypeInfoResolver() : null;
}

/// <summary>Types that an app may send without a context of its own.</summary>
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(decimal))]
[JsonSerializable(typeof(object))]
internal sealed partial class BasicJson : JsonSerializerContext;
