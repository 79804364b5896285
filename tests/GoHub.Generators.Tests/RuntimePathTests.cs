using Microsoft.CodeAnalysis;
using Xunit;

namespace GoHub.Generators.Tests;

/// <summary>Handlers that keep the runtime path: the program runs, and GOHUB001 says why.</summary>
public sealed class RuntimePathTests
{
    private const string Declarations = """
        file class FileLocal;
        public class FromSomewhereAttribute : Attribute;
        public class OwnTask() : Task<int>(() => 1);
        public class Stream : List<int>, IAsyncEnumerable<int>
        {
            public IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken c) => throw new NotSupportedException();
        }
        public delegate void ByRef(ref int a);
        public delegate void WithParams(params int[] a);
        """;

    [Theory]
    [InlineData("(IAsyncEnumerable<int> s) => s", "its result is an IAsyncEnumerable")]
    [InlineData("(IAsyncEnumerable<int> s) => Task.FromResult(s)", "its result is an IAsyncEnumerable")]
    [InlineData("() => new Stream()", "its result is an IAsyncEnumerable")]
    [InlineData("(ref int a) => { }", "its parameter 'a' is passed by reference")]
    [InlineData("(out int a) => { a = 1; }", "its parameter 'a' is passed by reference")]
    [InlineData("(in int a) => { }", "its parameter 'a' is passed by reference")]
    [InlineData("(ByRef)((ref int a) => { })", "is passed by reference")]
    [InlineData("(int a = 3) => a", "its parameter 'a' has a default value")]
    [InlineData("WithDefault", "its parameter 'a' has a default value")]
    [InlineData("(Func<int, int>)WithDefault", "its parameter 'a' has a default value")]
    [InlineData("(params int[] a) => a", "its parameter 'a' is a params array")]
    [InlineData("([FromSomewhere] int a) => a", "its parameter 'a' has the attribute 'FromSomewhereAttribute'")]
    [InlineData("(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j, int k, int l, int m, int n, int o, int p, int q) => a", "it has more than 16 parameters")]
    [InlineData("(Hidden a) => { }", "of its parameter 'a': 'Scenario.Hidden' is not accessible from generated code (make it internal or public)")]
    [InlineData("(List<Hidden[]> a) => { }", "'Scenario.Hidden' is not accessible")]
    [InlineData("() => new Hidden()", "of its result: 'Scenario.Hidden' is not accessible")]
    [InlineData("(HiddenDelegate)(() => { })", "'Scenario.HiddenDelegate' is not accessible")]
    [InlineData("(FileLocal a) => { }", "'FileLocal' is local to its file")]
    [InlineData("() => new { x = 1 }", "of its result: an anonymous type cannot be named in generated code")]
    [InlineData("() => Task.FromResult(new { x = 1 })", "an anonymous type cannot be named")]
    [InlineData("(dynamic a) => { }", "'dynamic' can only be bound at run time")]
    [InlineData("(Span<int> a) => { }", "is a ref struct")]
    [InlineData("() => new OwnTask()", "its result 'OwnTask' derives from Task")]
    [InlineData("() => Task.FromResult(Task.CompletedTask)", "its result is a task of a task")]
    [InlineData("unknown", "the type of the handler is not known at compile time")]
    public async Task Handler_StaysOnTheRuntimePath_AndSaysWhy(string handler, string because)
    {
        var program = ProgramUnderTest.Of($$"""
            {{Declarations}}
            public static class Scenario
            {
                private class Hidden;
                private delegate void HiddenDelegate();
                private static int WithDefault(int a = 3) => a;

                public static void Map(GoHubEndpointBuilder hub)
                {
                    Delegate unknown = () => { };
                    hub.MapMessage("m", {{handler}});
                    _ = unknown;
                }
            }
            """);

        Assert.Empty(program.Generated);
        Assert.Null(Assert.Single(program.Run()).Handler);
        await AssertSays(program, because);
    }

    [Theory]
    [InlineData("(T a) => { }")]
    [InlineData("(List<T> a) => { }")]
    [InlineData("T () => default!")]
    [InlineData("Other<U>")]
    public async Task TypeParameter_StaysOnTheRuntimePath(string handler)
    {
        var program = ProgramUnderTest.Of($$"""
            public static class Scenario
            {
                public static void Map(GoHubEndpointBuilder hub) => Inner<int, int>(hub);
                private static void Other<V>(V v) { }
                private static void Inner<T, U>(GoHubEndpointBuilder hub) => hub.MapMessage("m", {{handler}});
            }
            """);

        Assert.Null(Assert.Single(program.Run()).Handler);
        await AssertSays(program, "is a type parameter");
    }

    [Fact]
    public async Task InterceptorsNotAllowed_StaysOnTheRuntimePath()
    {
        var program = ProgramUnderTest.Of(
            "public static class Scenario { public static void Map(GoHubEndpointBuilder hub) => hub.MapMessage(\"m\", (int a) => a); }",
            interceptors: false);

        Assert.Null(Assert.Single(program.Run()).Handler);
        await AssertSays(program, "the project's InterceptorsNamespaces does not list GoHub.Generated");
    }

    [Fact]
    public async Task TypeOfAnotherGenerator_StaysOnTheRuntimePath()
    {
        var program = ProgramUnderTest.Of(
            "public static class Scenario { public static void Map(GoHubEndpointBuilder hub) => hub.MapMessage(\"m\", (Late a) => a); }",
            interceptors: true,
            new LateTypeGenerator());

        Assert.Null(Assert.Single(program.Run()).Handler);
        await AssertSays(program, "made by another generator");
    }

    [Fact]
    public async Task BoundHandler_IsNotReported()
    {
        var program = ProgramUnderTest.Mapping("(int a) => a");

        Assert.DoesNotContain(await program.AnalyseAsync(new RuntimePathAnalyzer()), diagnostic => diagnostic.Id == RuntimePathAnalyzer.Id);
    }

    private static async Task AssertSays(ProgramUnderTest program, string because)
    {
        var found = await program.AnalyseAsync(new RuntimePathAnalyzer());
        var diagnostic = Assert.Single(found, diagnostic => diagnostic.Id == RuntimePathAnalyzer.Id);
        Assert.Equal(DiagnosticSeverity.Info, diagnostic.Severity);
        var text = diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture);
        Assert.StartsWith("This handler of MapMessage is bound by reflection when the application starts, because ", text, StringComparison.Ordinal);
        Assert.Contains(because, text, StringComparison.Ordinal);
    }

    private sealed class LateTypeGenerator : IIncrementalGenerator
    {
        public void Initialize(IncrementalGeneratorInitializationContext context) =>
            context.RegisterSourceOutput(context.CompilationProvider, (output, _) => output.AddSource("Late.g.cs", "public class Late;"));
    }
}
