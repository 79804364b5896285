using GoHub.Binding;
using Xunit;

namespace GoHub.Generators.Tests;

/// <summary>Each way a handler can give its result, compiled and run.</summary>
public sealed class ResultTests
{
    [Theory]
    [InlineData("(int a) => a * 2")]
    [InlineData("(int a) => Task.FromResult(a * 2)")]
    [InlineData("(int a) => new ValueTask<int>(a * 2)")]
    [InlineData("async (int a) => { await Task.Yield(); return a * 2; }")]
    [InlineData("async ValueTask<int> (int a) => { await Task.Yield(); return a * 2; }")]
    public async Task Value_HowEverItComes_IsTheResult(string handler)
    {
        var bound = ProgramUnderTest.Mapping(handler).RunBound();

        Assert.Equal(typeof(int), bound.ResultType);
        Assert.Equal(42, await bound.InvokeAsync(21));
    }

    [Theory]
    [InlineData("(List<int> seen) => seen.Add(1)")]
    [InlineData("(List<int> seen) => { seen.Add(1); return Task.CompletedTask; }")]
    [InlineData("(List<int> seen) => { seen.Add(1); return default(ValueTask); }")]
    [InlineData("async (List<int> seen) => { await Task.Yield(); seen.Add(1); }")]
    [InlineData("async ValueTask (List<int> seen) => { await Task.Yield(); seen.Add(1); }")]
    public async Task NoValue_HowEverItComes_IsNone(string handler)
    {
        var bound = ProgramUnderTest.Mapping(handler).RunBound();
        var seen = new List<int>();

        Assert.Null(bound.ResultType);
        Assert.Same(GoHubResults.None, await bound.InvokeAsync(seen));
        Assert.Equal([1], seen);
    }

    [Theory]
    [InlineData("() => (string?)null")]
    [InlineData("() => Task.FromResult<string?>(null)")]
    public async Task NullValue_IsNull_NotNone(string handler)
    {
        var bound = ProgramUnderTest.Mapping(handler).RunBound();

        Assert.Equal(typeof(string), bound.ResultType);
        Assert.Null(await bound.InvokeAsync());
    }

    [Theory]
    [InlineData("int () => throw new InvalidOperationException(\"no\")")]
    [InlineData("Task<int> () => Task.FromException<int>(new InvalidOperationException(\"no\"))")]
    [InlineData("async Task () => { await Task.Yield(); throw new InvalidOperationException(\"no\"); }")]
    [InlineData("ValueTask () => ValueTask.FromException(new InvalidOperationException(\"no\"))")]
    public async Task Exception_ReachesTheCaller_Unwrapped(string handler)
    {
        var bound = ProgramUnderTest.Mapping(handler).RunBound();

        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(async () => await bound.InvokeAsync());
        Assert.Equal("no", thrown.Message);
    }

    [Theory]
    [InlineData("(string s) => s")]
    [InlineData("(string s) => new ValueTask<string>(s)")]
    [InlineData("(string s) => { }")]
    [InlineData("(string s) => Task.CompletedTask")]
    [InlineData("(string s) => default(ValueTask)")]
    public async Task CompletedResult_AllocatesNothing(string handler)
    {
        var bound = ProgramUnderTest.Mapping(handler).RunBound();
        var context = new HandlerContext("s");
        for (var warm = 0; warm < 100; warm++)
        {
            await bound.InvokeAsync(context);
        }

        // Nothing suspends, so the thread stays the same.
        var before = GC.GetAllocatedBytesForCurrentThread();
        await bound.InvokeAsync(context);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
    }
}
