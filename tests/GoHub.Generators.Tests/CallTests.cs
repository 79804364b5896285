using Xunit;

namespace GoHub.Generators.Tests;

/// <summary>Each way the endpoint's methods can be called.</summary>
public sealed class CallTests
{
    [Theory]
    [InlineData("hub.MapMessage(\"m\", (int a) => a);", "MapMessage", "m")]
    [InlineData("hub.MapMessage(handler: (int a) => a, type: \"m\");", "MapMessage", "m")]
    [InlineData("hub.MapMessage(type: \"m\", (int a) => a);", "MapMessage", "m")]
    [InlineData("hub.MapMessage(\"m\", (int a) => a).RequirePermission(\"p\").RequirePermission(\"q\");", "MapMessage", "m")]
    [InlineData("hub?.MapMessage(\"m\", (int a) => a);", "MapMessage", "m")]
    [InlineData("hub!.MapBinary((byte[] a) => a);", "MapBinary", null)]
    [InlineData("hub.OnConnected((string a) => { });", "OnConnected", null)]
    public void Call_IsReplaced_AndPassesItsOtherArguments(string statement, string method, string? type)
    {
        var registration = Assert.Single(Program(statement).Run());

        Assert.Equal((method, type), (registration.Method, registration.Type));
        Assert.NotNull(registration.Handler);
    }

    [Fact]
    public void ChainedCalls_AreEachReplaced()
    {
        var registrations = Program("hub.OnConnected((string a) => { }).OnConnected((int b) => { }).MapBinary((byte[] c) => c);").Run();

        Assert.Equal(3, registrations.Count);
        Assert.All(registrations, registration => Assert.NotNull(registration.Handler));
    }

    [Fact]
    public void EqualBindings_ShareOneMethod()
    {
        var program = Program("""
            hub.MapMessage("a", (int x) => x);
            hub.MapMessage("b", (int x) => x + 1);
            hub.MapMessage("c", (int y) => y);
            """);

        Assert.Equal(["a", "b", "c"], program.Run().Select(registration => registration.Type));
        Assert.Equal(2, program.Generated.Split("internal static").Length - 1);
        Assert.Equal(3, program.Generated.Split("InterceptsLocation(1").Length - 1);
    }

    [Fact]
    public void CallInAGenericMethod_IsReplaced_WhenTheHandlerIsNot()
    {
        var program = ProgramUnderTest.Of("""
            public static class Scenario
            {
                public static void Map(GoHubEndpointBuilder hub) => Inner<string>(hub);
                private static void Inner<T>(GoHubEndpointBuilder hub) => hub.MapMessage("m", (int a) => typeof(T).Name + a);
            }
            """);

        Assert.Equal(typeof(string), program.RunBound().ResultType);
    }

    [Theory]
    [InlineData("hub.OnNothing((int a) => a);")]
    [InlineData("new Lookalike().MapMessage(\"m\", (int a) => a);")]
    public void OtherCalls_AreLeftAlone(string statement)
    {
        Assert.Empty(Program(statement).Generated);
    }

    [Fact]
    public void GeneratedText_NamesNoFolder_AndEndsLinesInOneWay()
    {
        var generated = Program("hub.MapMessage(\"m\", (int a) => a);").Generated;

        Assert.Contains("// Program.cs(", generated, StringComparison.Ordinal);
        Assert.DoesNotContain("folder/", generated, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', generated);
        Assert.DoesNotContain(" \n", generated, StringComparison.Ordinal);
    }

    private static ProgramUnderTest Program(string statements) => ProgramUnderTest.Of($$"""
        public class Lookalike { public void MapMessage(string type, Delegate handler) { } }
        public static class Scenario
        {
            public static void Map(GoHubEndpointBuilder hub)
            {
                {{statements}}
            }
        }
        """);
}
