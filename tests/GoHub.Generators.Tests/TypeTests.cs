using Xunit;

namespace GoHub.Generators.Tests;

/// <summary>Types of parameters and results that are hard to write down.</summary>
public sealed class TypeTests
{
    private const string Declarations = """
        namespace @class.@event
        {
            internal record Inner(int X);
            public class Outer<T> { internal class Nested<U>(T t, U u) { public T First => t; public U Second => u; } }
            public struct Point { public int X; }
            public enum Colour { Red }
            [Obsolete("old")] public class Old;
        }
        """;

    [Theory]
    [InlineData("(string? s) => s", typeof(string), typeof(string))]
    [InlineData("(int? n) => n", typeof(int?), typeof(int?))]
    [InlineData("(string?[]? s) => s", typeof(string[]), typeof(string[]))]
    [InlineData("(Dictionary<string, List<int[]?>> d) => d", typeof(Dictionary<string, List<int[]>>), typeof(Dictionary<string, List<int[]>>))]
    [InlineData("((int a, string? b) t) => t", typeof((int, string)), typeof((int, string)))]
    [InlineData("(nint n) => Task.FromResult<object?>(n)", typeof(nint), typeof(object))]
    [InlineData("(int[,] m) => new ValueTask<int[,]>(m)", typeof(int[,]), typeof(int[,]))]
    [InlineData("(CancellationToken c) => c", typeof(CancellationToken), typeof(CancellationToken))]
    public void Types_ArriveExactly(string handler, Type parameter, Type result)
    {
        var bound = ProgramUnderTest.Mapping(handler).RunBound();

        Assert.Equal(parameter, Assert.Single(bound.Asked).Type);
        Assert.Equal(result, bound.ResultType);
    }

    [Theory]
    [InlineData("(@class.@event.Inner i) => i", "Inner")]
    [InlineData("(@class.@event.Outer<string?>.Nested<int> n) => n", "Nested`1")]
    [InlineData("(@class.@event.Point p) => Task.FromResult(p)", "Point")]
    [InlineData("(@class.@event.Colour c) => new ValueTask<@class.@event.Colour>(c)", "Colour")]
    public void DeclaredTypes_AreNamedInFull(string handler, string name)
    {
        // Aliases and namespaces that are keywords must not leak into the generated file.
        var program = ProgramUnderTest.Mapping(handler, Declarations);
        var bound = program.RunBound();

        Assert.Equal(name, Assert.Single(bound.Asked).Type.Name);
        Assert.Equal(name, bound.ResultType!.Name);
    }

    [Fact]
    public void ObsoleteType_GivesNoWarningInGeneratedCode()
    {
        var program = ProgramUnderTest.Mapping("(@class.@event.Old o) => { }", "#pragma warning disable CS0618\n" + Declarations);

        Assert.Equal("Old", Assert.Single(program.RunBound().Asked).Type.Name);
    }

    [Fact]
    public void PrivateMethodWithPublicTypes_IsBound()
    {
        var program = ProgramUnderTest.Of("""
            public static class Scenario
            {
                public static void Map(GoHubEndpointBuilder hub) => hub.MapMessage("m", Secret);

                private static int Secret(int a) => a;
            }
            """);

        Assert.Equal(typeof(int), program.RunBound().ResultType);
    }

    [Fact]
    public void ObliviousFile_IsBound()
    {
        var program = ProgramUnderTest.Mapping("(string s) => Task.FromResult(s)", "#nullable disable");

        Assert.Equal(typeof(string), program.RunBound().ResultType);
    }
}
