using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GoHub.Generators;

/// <summary>Says which handlers stay on the runtime path, and why (GOHUB001).</summary>
/// <remarks>An analyzer and not the generator, so that the pipeline carries no source positions.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RuntimePathAnalyzer : DiagnosticAnalyzer
{
    internal const string Id = "GOHUB001";

    private static readonly DiagnosticDescriptor BoundAtRunTime = new(
        Id,
        title: "Handler is bound by reflection",
        messageFormat: "This handler of {0} is bound by reflection when the application starts, because {1}",
        category: "GoHub",
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: "It works, but not in an application that is trimmed or compiled ahead of time.");

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [BoundAtRunTime];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(EndpointCall.BuilderType) is not null)
            {
                start.RegisterOperationAction(Check, OperationKind.Invocation);
            }
        });
    }

    private static void Check(OperationAnalysisContext context)
    {
        if (EndpointCall.From(context.Operation) is not { } call
            || context.Operation is not { Syntax: InvocationExpressionSyntax syntax, SemanticModel: { } model }
            || Interceptors.Replaces(syntax, model, context.CancellationToken))
        {
            return;
        }

        _ = HandlerReader.Read(call.Handler, context.Compilation, out var reason);
        reason ??= Interceptors.AreEnabled(syntax.SyntaxTree.Options)
            ? "the call was not visible to the generator (one of its types may be made by another generator)"
            : $"the project's InterceptorsNamespaces does not list {Interceptors.Namespace}";
        context.ReportDiagnostic(Diagnostic.Create(BoundAtRunTime, call.Handler.Syntax.GetLocation(), call.Method.Name, reason));
    }
}
