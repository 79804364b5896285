using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace GoHub.Generators;

/// <summary>Reads the shape of a handler, or says in words why it must be bound at run time.</summary>
internal static class HandlerReader
{
    // Func and Action end at 16 parameters; beyond, the compiler makes up a delegate type nobody can name.
    private const int MaxParameters = 16;

    public static HandlerShape? Read(IOperation handler, Compilation compilation, out string? reason)
    {
        if (handler.Type is not INamedTypeSymbol { DelegateInvokeMethod: { } invoke } type)
        {
            reason = "the type of the handler is not known at compile time";
            return null;
        }

        // A lambda or a named method has better parameter names than Func's "arg1", and shows its default values.
        var declared = (handler as IDelegateCreationOperation)?.Target switch
        {
            IAnonymousFunctionOperation lambda => lambda.Symbol,
            IMethodReferenceOperation reference => reference.Method,
            _ => null,
        };
        var named = declared is not null && declared.Parameters.Length == invoke.Parameters.Length ? declared : invoke;

        reason = WhyParametersUnfit(invoke, named, compilation)
            ?? WhyResultUnfit(invoke, compilation)
            ?? TypeText.WhyNotUsable(type, compilation);
        if (reason is not null)
        {
            return null;
        }

        var (kind, result) = HandlerResult.Classify(invoke.ReturnType);
        return new HandlerShape(
            type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString(TypeText.Format),
            new EquatableArray<HandlerParameter>(invoke.Parameters
                .Select((parameter, i) => new HandlerParameter(parameter.Type.ToDisplayString(TypeText.Format), named.Parameters[i].Name))
                .ToImmutableArray()),
            kind,
            result is null ? null : TypeText.ForTypeOf(result));
    }

    private static string? WhyParametersUnfit(IMethodSymbol invoke, IMethodSymbol named, Compilation compilation)
    {
        if (invoke.Parameters.Length > MaxParameters)
        {
            return $"it has more than {MaxParameters} parameters";
        }

        for (var i = 0; i < invoke.Parameters.Length; i++)
        {
            var parameter = invoke.Parameters[i];
            var name = named.Parameters[i].Name;
            if (parameter.RefKind != RefKind.None)
            {
                return $"its parameter '{name}' is passed by reference";
            }

            if (parameter.HasExplicitDefaultValue || named.Parameters[i].HasExplicitDefaultValue)
            {
                return $"its parameter '{name}' has a default value";
            }

            if (parameter.IsParams || named.Parameters[i].IsParams)
            {
                return $"its parameter '{name}' is a params array";
            }

            // [FromKeyedServices] and its like say where the value comes from; only reflection sees them.
            if (named.Parameters[i].GetAttributes().FirstOrDefault(IsBindingAttribute) is { AttributeClass: { } attribute })
            {
                return $"its parameter '{name}' has the attribute '{TypeText.Short(attribute)}'";
            }

            if (TypeText.WhyNotUsable(parameter.Type, compilation) is { } reason)
            {
                return $"of its parameter '{name}': {reason}";
            }
        }

        return null;
    }

    private static string? WhyResultUnfit(IMethodSymbol invoke, Compilation compilation)
    {
        if (invoke.ReturnsByRef || invoke.ReturnsByRefReadonly)
        {
            return "it returns by reference";
        }

        if (invoke.ReturnsVoid)
        {
            return null;
        }

        if (HandlerResult.WhyUnfit(invoke.ReturnType) is { } unfit)
        {
            return unfit;
        }

        return TypeText.WhyNotUsable(invoke.ReturnType, compilation) is { } reason ? $"of its result: {reason}" : null;
    }

    private static bool IsBindingAttribute(AttributeData attribute) =>
        attribute.AttributeClass?.Name.StartsWith("From", StringComparison.Ordinal) is true;
}
