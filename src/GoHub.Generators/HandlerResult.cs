using Microsoft.CodeAnalysis;

namespace GoHub.Generators;

/// <summary>Tells the ways apart in which a handler gives its result.</summary>
internal static class HandlerResult
{
    private const string TaskNamespace = "System.Threading.Tasks";

    /// <summary>The kind, and the type of the result itself; null where there is none.</summary>
    public static (ResultKind Kind, ITypeSymbol? Result) Classify(ITypeSymbol returned)
    {
        if (returned.SpecialType == SpecialType.System_Void)
        {
            return (ResultKind.Void, null);
        }

        if (returned is not INamedTypeSymbol type || !IsIn(type, TaskNamespace))
        {
            return (ResultKind.Value, returned);
        }

        return (type.Name, type.Arity) switch
        {
            ("Task", 0) => (ResultKind.Task, null),
            ("ValueTask", 0) => (ResultKind.ValueTask, null),
            ("Task", 1) => (ResultKind.TaskOfValue, type.TypeArguments[0]),
            ("ValueTask", 1) => (ResultKind.ValueTaskOfValue, type.TypeArguments[0]),
            _ => (ResultKind.Value, returned),
        };
    }

    /// <summary>Why a result of this type is left to the runtime; null when it is not.</summary>
    public static string? WhyUnfit(ITypeSymbol returned)
    {
        var (kind, result) = Classify(returned);
        if (result is null)
        {
            return null;
        }

        if (IsStream(result) || result.AllInterfaces.Any(IsStream))
        {
            return "its result is an IAsyncEnumerable";
        }

        // A Task in disguise would be sent as if it were data.
        if (kind == ResultKind.Value && IsDerivedFromTask(result))
        {
            return $"its result '{TypeText.Short(result)}' derives from Task";
        }

        return Classify(result).Kind is ResultKind.Value ? null : "its result is a task of a task";
    }

    private static bool IsStream(ITypeSymbol type) =>
        type is INamedTypeSymbol { Name: "IAsyncEnumerable", Arity: 1 } stream && IsIn(stream, "System.Collections.Generic");

    private static bool IsDerivedFromTask(ITypeSymbol type)
    {
        for (var parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            if (parent.Name == "Task" && IsIn(parent, TaskNamespace))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsIn(INamedTypeSymbol type, string space) =>
        type.ContainingType is null && type.ContainingNamespace.ToDisplayString() == space;
}
