using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using GoHub.Protocol;

namespace GoHub.Client;

/// <summary>How an app's types become JSON and back.</summary>
internal static class ClientJson
{
    // One for all clients: options that are alike share what they know of types, which a thousand clients could not each afford.
    private static readonly IJsonTypeInfoResolver Resolver = JsonTypeInfoResolver.Combine(BasicJson.Default, ReflectionResolver());

    public static JsonSerializerOptions CreateOptions() => new(JsonSerializerDefaults.Web)
    {
        MaxDepth = EnvelopeReader.MaxDepth,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = Resolver,
    };

    /// <exception cref="NotSupportedException">Nothing tells how to read and write <typeparamref name="T"/>.</exception>
    public static JsonTypeInfo<T> Info<T>(this JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));

    // As the server has it: reflection serves wherever the app has not turned it off, as trimming and NativeAOT do.
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
