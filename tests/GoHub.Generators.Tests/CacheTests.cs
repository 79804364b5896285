using System.Collections;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace GoHub.Generators.Tests;

/// <summary>Typing elsewhere in a project must not make the generator work again.</summary>
public sealed class CacheTests
{
    private const string Program = """
        public static class Scenario
        {
            public static void Map(GoHubEndpointBuilder hub) => hub.MapMessage("m", (int a, string? b) => Task.FromResult(a));
        }
        """;

    private static readonly string[] Steps = [BindingGenerator.CallsStep, BindingGenerator.AllCallsStep];

    [Fact]
    public void AnotherFile_LeavesEveryStepCached()
    {
        var compilation = ProgramUnderTest.Compile(Program);
        var driver = Driver(compilation).RunGenerators(compilation, TestContext.Current.CancellationToken);
        var options = (CSharpParseOptions)compilation.SyntaxTrees[0].Options;
        var edited = compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("class Unrelated { void M() => M(); }", options, cancellationToken: TestContext.Current.CancellationToken));

        var result = driver.RunGenerators(edited, TestContext.Current.CancellationToken).GetRunResult().Results[0];

        Assert.All(
            Steps.SelectMany(step => result.TrackedSteps[step]).SelectMany(step => step.Outputs),
            output => Assert.True(output.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, output.Reason.ToString()));
        Assert.All(
            result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs),
            output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }

    [Fact]
    public void SameText_ParsedAgain_GivesEqualModels()
    {
        var first = Models(ProgramUnderTest.Compile(Program));
        var second = Models(ProgramUnderTest.Compile(Program));

        Assert.Equal(first, second);
        Assert.Equal(first.Select(model => model.GetHashCode()), second.Select(model => model.GetHashCode()));
    }

    [Fact]
    public void OtherHandler_GivesAnotherModel()
    {
        var first = Models(ProgramUnderTest.Compile(Program));
        var second = Models(ProgramUnderTest.Compile(Program.Replace("string? b", "string b", StringComparison.Ordinal)));

        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Models_HoldNoSymbolsOrSyntax()
    {
        foreach (var model in Models(ProgramUnderTest.Compile(Program)))
        {
            AssertPlain(model);
        }
    }

    private static List<object> Models(CSharpCompilation compilation)
    {
        var result = Driver(compilation).RunGenerators(compilation, TestContext.Current.CancellationToken).GetRunResult().Results[0];
        return [.. Steps.SelectMany(step => result.TrackedSteps[step]).SelectMany(step => step.Outputs).Select(output => output.Value)];
    }

    private static void AssertPlain(object? value)
    {
        if (value is null or string || value.GetType().IsPrimitive || value.GetType().IsEnum)
        {
            return;
        }

        Assert.StartsWith("GoHub.Generators", value.GetType().Namespace, StringComparison.Ordinal);
        var parts = value is IEnumerable items
            ? items.Cast<object?>()
            : value.GetType().GetProperties().Select(property => property.GetValue(value));
        foreach (var part in parts)
        {
            AssertPlain(part);
        }
    }

    private static CSharpGeneratorDriver Driver(CSharpCompilation compilation) => CSharpGeneratorDriver.Create(
        [new BindingGenerator().AsSourceGenerator()],
        parseOptions: (CSharpParseOptions)compilation.SyntaxTrees[0].Options,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
}
