using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GoHub.Generators;

/// <summary>Replaces each call of MapMessage, OnConnected and so on by one whose binding is already compiled.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class BindingGenerator : IIncrementalGenerator
{
    internal const string CallsStep = "Calls";
    internal const string AllCallsStep = "AllCalls";

    /// <summary>Called once by the compiler.</summary>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var calls = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => MayBeEndpointCall(node), Read)
            .Where(static call => call is not null)
            .Select(static (call, _) => call!)
            .WithTrackingName(CallsStep);

        var enabled = context.ParseOptionsProvider.Select(static (options, _) => Interceptors.AreEnabled(options));

        var all = calls.Collect()
            .Combine(enabled)
            .Select(static (pair, _) => new EquatableArray<InterceptedCall>(pair.Right ? pair.Left : []))
            .WithTrackingName(AllCallsStep);

        context.RegisterSourceOutput(all, static (output, found) =>
        {
            if (found.Count > 0)
            {
                output.AddSource("GoHub.Handlers.g.cs", BindingWriter.Write(found));
            }
        });
    }

    // Runs for every node of every file on each keystroke: names only, no meaning.
    private static bool MayBeEndpointCall(SyntaxNode node) =>
        node is InvocationExpressionSyntax { ArgumentList.Arguments.Count: > 0 } call
        && CalledName(call) is { } name
        && EndpointCall.IsEndpointMethodName(name);

    private static string? CalledName(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax member => member.Name.Identifier.ValueText,
        IdentifierNameSyntax name => name.Identifier.ValueText,
        _ => null,
    };

    private static InterceptedCall? Read(GeneratorSyntaxContext context, CancellationToken cancellation)
    {
        var syntax = (InvocationExpressionSyntax)context.Node;
        var model = context.SemanticModel;
        if (EndpointCall.From(model.GetOperation(syntax, cancellation)) is not { } call
            || HandlerReader.Read(call.Handler, model.Compilation, out _) is not { } handler
            || model.GetInterceptableLocation(syntax, cancellation) is not { } location)
        {
            return null;
        }

        return new InterceptedCall(new HandlerBinding(call.Describe(), handler), location.Version, location.Data, Display(syntax));
    }

    // The file's name only: its folder differs between machines, and generated text ends up in the symbols file.
    private static string Display(InvocationExpressionSyntax syntax)
    {
        var span = syntax.GetLocation().GetLineSpan();
        var start = span.StartLinePosition;
        return $"{Path.GetFileName(span.Path)}({start.Line + 1},{start.Character + 1})";
    }
}
