using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GoHub.Protocol;

namespace GoHub.Client;

/// <summary>How an app's types become JSON and back in clients.</summary>
internal static class ClientJson
{
    // One for all clients: options that are alike share what they know of types, which a thousand clients could not each afford.
    private static readonly IJsonTypeInfoResolver Resolver = AppJson.CreateResolver();

    public static JsonSerializerOptions CreateOptions() => AppJson.CreateOptions(Resolver);

    /// <exception cref="NotSupportedException">Nothing tells how to read and write <typeparamref name="T"/>.</exception>
    public static JsonTypeInfo<T> Info<T>(this JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
}
