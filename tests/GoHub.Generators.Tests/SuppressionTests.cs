using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Xunit;

namespace GoHub.Generators.Tests;

/// <summary>IL2026 and IL3050 vanish where a call is replaced, and only there.</summary>
public sealed class SuppressionTests
{
    private const string Calls = """
        public static class Scenario
        {
            public static void Map(GoHubEndpointBuilder hub)
            {
                hub.MapMessage("bound", (int a) => a).RequirePermission("p");
                hub.MapMessage("reflected", (int a = 1) => a);
                hub.OnConnected((int a) => { }).MapBinary((int a) => a);
                Other(() => { });
            }

            [System.Diagnostics.CodeAnalysis.RequiresUnreferencedCode("no")]
            private static void Other(Action a) { }
        }
        """;

    [Theory]
    [InlineData("IL2026", false)]
    [InlineData("IL3050", false)]
    [InlineData("IL2026", true)]
    public async Task Warning_IsSuppressed_OnlyWhereTheCallIsReplaced(string id, bool onName)
    {
        var found = await ProgramUnderTest.Of(Calls).AnalyseAsync(new Warner(id, onName), new InterceptedCallSuppressor());

        string[] expected = ["bound:True", "reflected:False", "OnConnected:True", "MapBinary:True", "Other:False"];
        Assert.Equal(expected.Order(), found.Where(diagnostic => diagnostic.Id == id).Select(Describe).Order());
    }

    [Fact]
    public async Task Warning_Stays_WhenInterceptorsAreNotAllowed()
    {
        var found = await ProgramUnderTest.Of(Calls, interceptors: false).AnalyseAsync(new Warner("IL2026", false), new InterceptedCallSuppressor());

        var warnings = found.Where(diagnostic => diagnostic.Id == "IL2026").ToList();
        Assert.Equal(5, warnings.Count);
        Assert.DoesNotContain(warnings, diagnostic => diagnostic.IsSuppressed);
    }

    private static string Describe(Diagnostic diagnostic) => $"{diagnostic.GetMessage(null)}:{diagnostic.IsSuppressed}";

    /// <summary>Stands in for the SDK's trim analyzer, which is not a package: warns at calls of annotated methods.</summary>
    [DiagnosticAnalyzer(LanguageNames.CSharp)]
    private sealed class Warner(string id, bool onName) : DiagnosticAnalyzer
    {
        private readonly DiagnosticDescriptor _rule = new(id, "t", "{0}", "Trimming", DiagnosticSeverity.Warning, true);

        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [_rule];

        public override void Initialize(AnalysisContext context)
        {
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.EnableConcurrentExecution();
            context.RegisterOperationAction(Warn, OperationKind.Invocation);
        }

        private void Warn(OperationAnalysisContext context)
        {
            var call = (IInvocationOperation)context.Operation;
            if (!call.TargetMethod.GetAttributes().Any(attribute => attribute.AttributeClass!.Name == "RequiresUnreferencedCodeAttribute"))
            {
                return;
            }

            var name = call.Arguments[0].Value.ConstantValue is { HasValue: true, Value: string type } ? type : call.TargetMethod.Name;
            var syntax = (Microsoft.CodeAnalysis.CSharp.Syntax.InvocationExpressionSyntax)call.Syntax;
            var location = onName ? syntax.Expression.GetLocation() : syntax.GetLocation();
            context.ReportDiagnostic(Diagnostic.Create(_rule, location, name));
        }
    }
}
