using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GoHub.Generators;

/// <summary>Takes back the trimming and AOT warnings of calls that are replaced.</summary>
/// <remarks>The analyzer judges the call as written, the published program runs the interceptor.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class InterceptedCallSuppressor : DiagnosticSuppressor
{
    private const string Why = "The call is replaced by one that GoHub's generator has bound without reflection.";

    private static readonly SuppressionDescriptor Trimming = new("GOHUBSUP001", "IL2026", Why);
    private static readonly SuppressionDescriptor AheadOfTime = new("GOHUBSUP002", "IL3050", Why);

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } = [Trimming, AheadOfTime];

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            var rule = diagnostic.Id == Trimming.SuppressedDiagnosticId ? Trimming : AheadOfTime;
            if (CallAt(diagnostic.Location, context.CancellationToken) is { } call
                && context.GetSemanticModel(call.SyntaxTree) is var model
                && EndpointCall.From(model.GetOperation(call, context.CancellationToken)) is not null
                && Interceptors.Replaces(call, model, context.CancellationToken))
            {
                context.ReportSuppression(Suppression.Create(rule, diagnostic));
            }
        }
    }

    private static InvocationExpressionSyntax? CallAt(Location location, CancellationToken cancellation)
    {
        if (location.SourceTree?.GetRoot(cancellation).FindNode(location.SourceSpan, getInnermostNodeForTie: true) is not { } node)
        {
            return null;
        }

        // The warning stands on the whole call or, in other versions of the analyzer, on what is called.
        return node as InvocationExpressionSyntax
            ?? node.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault(call => call.Expression.Span.Contains(location.SourceSpan));
    }
}
