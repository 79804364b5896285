using Microsoft.CodeAnalysis;

namespace GoHub.Generators;

/// <summary>Writes types as C# text that means the same in every file: from global:: on, nullable annotations kept.</summary>
internal static class TypeText
{
    public static readonly SymbolDisplayFormat Format = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat Brief = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    /// <summary>For a human reader: without namespaces.</summary>
    public static string Short(ITypeSymbol type) => type.ToDisplayString(Brief);

    /// <summary>As an operand of typeof, which refuses an annotated reference type.</summary>
    public static string ForTypeOf(ITypeSymbol type) =>
        (type.IsReferenceType ? type.WithNullableAnnotation(NullableAnnotation.NotAnnotated) : type).ToDisplayString(Format);

    /// <summary>Why generated code cannot name the type or get a value of it; null when it can.</summary>
    public static string? WhyNotUsable(ITypeSymbol type, Compilation compilation) => type switch
    {
        IErrorTypeSymbol => $"'{Short(type)}' is not known yet when the generator runs (a type made by another generator is not)",
        IDynamicTypeSymbol => "'dynamic' can only be bound at run time",
        IPointerTypeSymbol or IFunctionPointerTypeSymbol => $"'{Short(type)}' is a pointer",
        ITypeParameterSymbol => $"'{type.Name}' is a type parameter",
        IArrayTypeSymbol array => WhyNotUsable(array.ElementType, compilation),
        INamedTypeSymbol named => WhyNamedNotUsable(named, compilation),
        _ => $"'{Short(type)}' cannot be named in generated code",
    };

    private static string? WhyNamedNotUsable(INamedTypeSymbol type, Compilation compilation)
    {
        if (type.IsAnonymousType)
        {
            return "an anonymous type cannot be named in generated code";
        }

        if (type.IsRefLikeType)
        {
            return $"'{Short(type)}' is a ref struct";
        }

        for (var part = type; part is not null; part = part.ContainingType)
        {
            if (part.IsFileLocal)
            {
                return $"'{Short(part)}' is local to its file";
            }

            foreach (var argument in part.TypeArguments)
            {
                if (WhyNotUsable(argument, compilation) is { } reason)
                {
                    return reason;
                }
            }
        }

        if (!compilation.IsSymbolAccessibleWithin(type, compilation.Assembly))
        {
            return $"'{Short(type)}' is not accessible from generated code (make it internal or public)";
        }

        return IsBehindExternAlias(type, compilation) ? $"'{Short(type)}' comes from an assembly with an extern alias" : null;
    }

    private static bool IsBehindExternAlias(INamedTypeSymbol type, Compilation compilation) =>
        compilation.GetMetadataReference(type.ContainingAssembly) is { Properties.Aliases: { IsEmpty: false } aliases }
        && !aliases.Contains(MetadataReferenceProperties.GlobalAlias);
}
