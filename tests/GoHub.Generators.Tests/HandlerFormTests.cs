using Xunit;

namespace GoHub.Generators.Tests;

/// <summary>Each way a handler can be written at the call, compiled and run.</summary>
public sealed class HandlerFormTests
{
    private const string Methods = """
        public sealed class Adder(int by)
        {
            public int Add(int a) => a + by;
            public static int AddOne(int a) => a + 1;
            public Func<int, int> Function => a => a + by;
        }
        public delegate int Increase(int value);
        """;

    [Theory]
    [InlineData("(int a) => a + 1", "")]
    [InlineData("((int a) => a + 1)", "")]
    [InlineData("static (int a) => a + 1", "")]
    [InlineData("delegate (int a) { return a + 1; }", "")]
    [InlineData("(int a) => a + by", "var by = 1;")]
    [InlineData("Local", "int Local(int a) => a + 1;")]
    [InlineData("Local", "static int Local(int a) => a + 1;")]
    [InlineData("Adder.AddOne", "")]
    [InlineData("new Adder(1).Add", "")]
    [InlineData("new Adder(1).Function", "")]
    [InlineData("function", "Func<int, int> function = a => a + 1;")]
    [InlineData("function", "var function = (int a) => a + 1;")]
    [InlineData("increase", "Increase increase = a => a + 1;")]
    [InlineData("new Increase(a => a + 1)", "")]
    [InlineData("(Increase)Adder.AddOne", "")]
    [InlineData("(Delegate)((int a) => a + 1)", "")]
    [InlineData("by == 1 ? first : second", "int by = 1; Func<int, int> first = a => a + 1; Func<int, int> second = a => a - 1;")]
    public async Task Handler_IsBoundAndRuns(string handler, string before)
    {
        var bound = ProgramUnderTest.Mapping(handler, Methods, before).RunBound();

        Assert.Equal(2, await bound.InvokeAsync(1));
        Assert.Equal(typeof(int), Assert.Single(bound.Asked).Type);
    }

    [Theory]
    [InlineData("(int first, int second) => first", "", "first,second")]
    [InlineData("Local", "int Local(int first, int second) => first;", "first,second")]
    [InlineData("(int @class, int _) => @class", "", "class,_")]
    [InlineData("named", "Named named = (a, b) => a;", "first,second")]
    public void Names_AreThoseTheAuthorWrote(string handler, string before, string names)
    {
        var bound = ProgramUnderTest.Mapping(handler, "public delegate int Named(int first, int second);", before).RunBound();

        Assert.Equal(names.Split(','), bound.Asked.Select(parameter => parameter.Name));
    }

    [Fact]
    public async Task Variance_OfAVariablesType_IsRespected()
    {
        var bound = ProgramUnderTest.Mapping("widened", before: "Func<object, string> exact = o => o.ToString()!; Func<string, object> widened = exact;").RunBound();

        Assert.Equal(typeof(object), bound.ResultType);
        Assert.Equal("x", await bound.InvokeAsync("x"));
    }

    [Fact]
    public void NullVariable_IsRefusedAtTheCall()
    {
        var program = ProgramUnderTest.Mapping("missing", before: "Func<int> missing = null!;");

        Assert.Equal("handler", Assert.Throws<ArgumentNullException>(program.Run).ParamName);
    }

    [Fact]
    public async Task SixteenParameters_AreBound()
    {
        var parameters = string.Join(", ", Enumerable.Range(0, 16).Select(i => $"int p{i}"));
        var bound = ProgramUnderTest.Mapping($"({parameters}) => p0 + p15").RunBound();

        Assert.Equal(15, await bound.InvokeAsync([.. Enumerable.Range(0, 16).Cast<object>()]));
        Assert.Equal(16, bound.Asked.Count);
    }
}
