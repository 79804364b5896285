using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GoHub.Generators;

/// <summary>What the compiler knows about interceptors.</summary>
internal static class Interceptors
{
    /// <summary>Where the generated code lives. The package's GoHub.props lists it in InterceptorsNamespaces.</summary>
    public const string Namespace = "GoHub.Generated";

    // Without the permission each interceptor would be error CS9137; the runtime path works instead.
    public static bool AreEnabled(ParseOptions options) =>
        options.Features.TryGetValue("InterceptorsNamespaces", out var allowed)
        && allowed.Split(';').Select(space => space.Trim()).Any(space => space is Namespace or "GoHub");

    /// <summary>Whether the compiler really replaces this call by one of ours.</summary>
    public static bool Replaces(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellation) =>
        model.GetInterceptorMethod(call, cancellation)?.ContainingNamespace.ToDisplayString() == Namespace;
}
