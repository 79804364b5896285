using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace GoHub.Generators;

/// <summary>A call of GoHubEndpointBuilder.Map… or On… that takes its handler as a plain Delegate.</summary>
internal readonly struct EndpointCall
{
    public const string BuilderType = "GoHub.GoHubEndpointBuilder";

    private EndpointCall(IMethodSymbol method, IOperation handler)
    {
        Method = method;
        Handler = handler;
    }

    public IMethodSymbol Method { get; }

    /// <summary>The expression given as handler, without the conversion to Delegate.</summary>
    public IOperation Handler { get; }

    public static bool IsEndpointMethodName(string name) =>
        name.StartsWith("Map", StringComparison.Ordinal) || name.StartsWith("On", StringComparison.Ordinal);

    public static EndpointCall? From(IOperation? operation)
    {
        if (operation is not IInvocationOperation { TargetMethod: { IsStatic: false, IsGenericMethod: false } method } call
            || !IsEndpointMethodName(method.Name)
            || !IsNamed(method.ContainingType, "GoHub", "GoHubEndpointBuilder")
            || method.Parameters.LastOrDefault() is not { Type.SpecialType: SpecialType.System_Delegate } last
            || !HasBoundOverload(method))
        {
            return null;
        }

        // Named arguments may come in any order: look for the parameter, not the position.
        var handler = call.Arguments.First(argument => SymbolEqualityComparer.Default.Equals(argument.Parameter, last));
        return new EndpointCall(method, WithoutConversionToDelegate(handler.Value));
    }

    public EndpointMethod Describe() => new(
        Method.Name,
        Method.ReturnType.ToDisplayString(TypeText.Format),
        new EquatableArray<string>(Method.Parameters
            .Take(Method.Parameters.Length - 1)
            .Select(parameter => parameter.Type.ToDisplayString(TypeText.Format))
            .ToImmutableArray()));

    /// <summary>The interceptor hands the call on to the overload that takes a BoundHandler.</summary>
    private static bool HasBoundOverload(IMethodSymbol method) => method.ContainingType.GetMembers(method.Name)
        .OfType<IMethodSymbol>()
        .Any(other => other.Parameters.Length == method.Parameters.Length
            && other.Parameters[other.Parameters.Length - 1].Type is INamedTypeSymbol { Name: "BoundHandler" }
            && other.Parameters.Zip(method.Parameters, (left, right) => (left, right))
                .Take(method.Parameters.Length - 1)
                .All(pair => SymbolEqualityComparer.Default.Equals(pair.left.Type, pair.right.Type)));

    private static IOperation WithoutConversionToDelegate(IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation { Type.SpecialType: SpecialType.System_Delegate or SpecialType.System_MulticastDelegate or SpecialType.System_Object } conversion:
                    operation = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    break;
                default:
                    return operation;
            }
        }
    }

    private static bool IsNamed(INamedTypeSymbol? type, string space, string name) =>
        type is { ContainingType: null, ContainingNamespace: { ContainingNamespace.IsGlobalNamespace: true } parent }
        && type.Name == name
        && parent.Name == space;
}
