using System.Collections.Immutable;
using System.Reflection;
using GoHub.Binding;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace GoHub.Generators.Tests;

/// <summary>A program compiled with the generator, ready to be run or analysed.</summary>
public sealed class ProgramUnderTest
{
    /// <summary>Stands at the top of each program; tests only write what follows.</summary>
    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;
        using GoHub;

        """;

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(File.Exists)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private ProgramUnderTest(Compilation compilation, string generated)
    {
        Compilation = compilation;
        Generated = generated;
    }

    public Compilation Compilation { get; }

    /// <summary>The text of the generated file, empty when there is none.</summary>
    public string Generated { get; }

    /// <summary>A program whose only statement maps <paramref name="handler"/> as message "m".</summary>
    public static ProgramUnderTest Mapping(string handler, string declarations = "", string before = "") => Of($$"""
        {{declarations}}
        public static class Scenario
        {
            public static void Map(GoHubEndpointBuilder hub)
            {
                {{before}}
                hub.MapMessage("m", {{handler}});
            }
        }
        """);

    public static ProgramUnderTest Of(string source, bool interceptors = true, params IIncrementalGenerator[] others)
    {
        var compilation = Compile(source, interceptors);
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new BindingGenerator().AsSourceGenerator(), .. others.Select(other => other.AsSourceGenerator())],
            parseOptions: (CSharpParseOptions)compilation.SyntaxTrees.First().Options);
        driver = driver.RunGeneratorsAndUpdateCompilation(compilation, out var output, out var diagnostics, TestContext.Current.CancellationToken);
        Assert.Empty(diagnostics);
        Assert.Null(driver.GetRunResult().Results[0].Exception);
        var generated = driver.GetRunResult().Results[0].GeneratedSources;
        return new ProgramUnderTest(output, generated.Length == 0 ? "" : generated[0].SourceText.ToString());
    }

    public static CSharpCompilation Compile(string source, bool interceptors = true)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        if (interceptors)
        {
            options = options.WithFeatures([new("InterceptorsNamespaces", ";Some.Other;GoHub.Generated")]);
        }

        return CSharpCompilation.Create(
            "UnderTest" + Guid.NewGuid().ToString("N"),
            [CSharpSyntaxTree.ParseText(Usings + source, options, "folder/Program.cs", System.Text.Encoding.UTF8, TestContext.Current.CancellationToken)],
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    }

    /// <summary>Emits, loads and runs Scenario.Map, and gives what it registered.</summary>
    public IReadOnlyList<Registration> Run()
    {
        using var image = new MemoryStream();
        var result = Compilation.Emit(image, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Empty(result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));

        var hub = new GoHubEndpointBuilder();
        var map = Assembly.Load(image.ToArray()).GetType("Scenario")!.GetMethod("Map")!;
        map.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [hub], null);
        return hub.Registrations;
    }

    /// <summary>Runs, takes the only registration, which must be bound, and binds it.</summary>
    public Handler RunBound()
    {
        var registration = Assert.Single(Run());
        Assert.NotNull(registration.Handler);
        return new Handler(registration.Handler);
    }

    public async Task<ImmutableArray<Diagnostic>> AnalyseAsync(params DiagnosticAnalyzer[] analyzers)
    {
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, true, false, reportSuppressedDiagnostics: true);
        return await Compilation.WithAnalyzers([.. analyzers], options).GetAllDiagnosticsAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A bound handler: what it asked for at start, and how to call it.</summary>
    public sealed class Handler
    {
        private readonly ParameterSource _source = new();
        private readonly Func<HandlerContext, ValueTask<object?>> _invoke;

        public Handler(BoundHandler bound)
        {
            ResultType = bound.ResultType;
            _invoke = bound.Bind(_source);
        }

        public Type? ResultType { get; }

        public IReadOnlyList<(Type Type, string Name)> Asked => _source.Asked;

        public ValueTask<object?> InvokeAsync(params object?[] arguments) => _invoke(new HandlerContext(arguments));

        public ValueTask<object?> InvokeAsync(HandlerContext context) => _invoke(context);
    }
}
