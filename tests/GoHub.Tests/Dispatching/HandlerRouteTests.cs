using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GoHub.Tests.Dispatching;

/// <summary>What comes of a handler: permissions, filters, timeouts, faults.</summary>
public sealed class HandlerRouteTests : IAsyncDisposable
{
    private readonly Node _node = new(services: s => s.AddScoped<Scoped>().AddSingleton<ScopeLog>());

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Theory]
    [InlineData("", false)]
    [InlineData("my:own", false)]
    [InlineData("my:own,second:one", true)]
    [InlineData("admin:system", true)]
    public async Task RequirePermission_WithoutAllOfThem_AnswersForbidden(string grants, bool allowed)
    {
        var called = false;
        var (hub, handlers) = _node.Map();
        hub.MapMessage("guarded", () => called = true).RequirePermission("my:own").RequirePermission("second:one");
        var client = _node.Connect("anna", grants.Split(',', StringSplitOptions.RemoveEmptyEntries));

        var answer = Assert.Single(await handlers.SendAsync(client, """{"message_id":1,"message_type":"guarded"}"""));

        Assert.Equal(allowed, called);
        if (!allowed)
        {
            Assert.Equal(2001, answer.ErrorCode());
        }
    }

    [Fact]
    public async Task Permission_IsAskedBeforeTheDataIsLookedAt()
    {
        var (hub, handlers) = _node.Map();
        hub.MapMessage("guarded", (Wanted wanted) => wanted).RequirePermission("my:own");

        Assert.Equal(2001, Assert.Single(await handlers.SendAsync(_node.Connect(), """{"message_type":"guarded"}""")).ErrorCode());
    }

    [Fact]
    public async Task HandlerThatEndsWithASend_NeedsNoJsonForWhatThatReturns()
    {
        await using var node = new Node(o => o.Json.TypeInfoResolverChain.RemoveAt(o.Json.TypeInfoResolverChain.Count - 1)); // Reflection, which NativeAOT has none of.
        var (hub, handlers) = node.Map();
        hub.MapMessage("say", (IGoHub server) => server.All.SendAsync("said", "x"));
        var client = node.Connect();

        Assert.Equal(["said", "ack"], (await handlers.SendAsync(client, """{"message_type":"say","message_id":1}""")).Select(m => m.Type()));
    }

    [Fact]
    public async Task Filters_RunFromTheHubsToTheMessagesAndBack()
    {
        List<string> order = [];
        var (hub, handlers) = _node.Map();
        hub.AddFilter(Filter("hub 1"));
        hub.MapMessage("x", () => order.Add("handler")).AddFilter(Filter("own 1")).AddFilter(Filter("own 2"));
        // Those of the hub count for what was mapped before as well.
        hub.AddFilter(Filter("hub 2"));
        await handlers.SendAsync(_node.Connect(), """{"message_type":"x"}""");

        Assert.Equal(["hub 1", "hub 2", "own 1", "own 2", "handler", "-own 2", "-own 1", "-hub 2", "-hub 1"], order);

        GoHubMessageFilter Filter(string name) => async (context, next) =>
        {
            order.Add(name);
            var result = await next(context);
            order.Add("-" + name);
            return result;
        };
    }

    [Fact]
    public async Task Filter_ThatDoesNotGoOn_AnswersInsteadOfTheHandler()
    {
        var (hub, handlers) = _node.Map();
        hub.MapMessage("x", () => Assert.Fail("called")).AddFilter((_, _) => ValueTask.FromResult<object?>(GoHubResults.Error(GoHubErrorCode.RateLimited, "later", "10 s")));

        var answer = Assert.Single(await handlers.SendAsync(_node.Connect(), """{"message_id":"a","message_type":"x"}"""));

        Assert.Equal(1005, answer.ErrorCode());
        Assert.Equal("10 s", answer.Data().GetProperty("details").GetString());
        Assert.Equal("a", answer.GetProperty("request_id").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Handler_ThatThrows_AnswersServerErrorAndIsCounted(bool late)
    {
        using var counted = new Counted(_node, "gohub_critical_errors_total");
        var (hub, handlers) = _node.Map();
        hub.MapMessage("x", async Task () =>
        {
            if (late)
            {
                await Task.Yield();
            }
            throw new InvalidOperationException("a secret");
        });
        var client = _node.Connect();

        var answer = Assert.Single(await handlers.SendAsync(client, """{"message_id":4,"message_type":"x"}"""));

        Assert.Equal(1003, answer.ErrorCode());
        Assert.DoesNotContain("secret", answer.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(4, answer.GetProperty("request_id").GetInt32());
        Assert.Equal(1, counted.Value);
        Assert.Single(_node.Log.At(LogLevel.Error));
        Assert.Equal("pong", Assert.Single(await handlers.SendAsync(client, """{"message_type":"ping"}""")).Type());
    }

    [Fact]
    public async Task Handler_ThatThrows_TellsMoreWhereDetailsAreOn()
    {
        await using var node = new Node(o => o.EnableDetailedErrors = true);
        var (hub, handlers) = node.Map();
        hub.MapMessage("x", void () => throw new InvalidOperationException("a secret"));

        var answer = Assert.Single(await handlers.SendAsync(node.Connect(), """{"message_type":"x"}"""));

        Assert.Contains("a secret", answer.Data().GetProperty("details").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handler_CancelledByTheEndOfItsConnection_AnswersNothingAndIsNoError()
    {
        using var counted = new Counted(_node, "gohub_critical_errors_total");
        using var end = new CancellationTokenSource();
        var (hub, handlers) = _node.Map();
        hub.MapMessage("x", async Task (CancellationToken cancelled) =>
        {
            await end.CancelAsync();
            cancelled.ThrowIfCancellationRequested();
        });

        Assert.Empty(await handlers.SendAsync(_node.Connect(end: end), """{"message_id":4,"message_type":"x"}"""));
        Assert.Equal(0, counted.Value);
    }

    [Fact]
    public async Task WithTimeout_OfAHandlerThatTakesTooLong_AnswersAndCancelsItAndGoesOn()
    {
        var (hub, handlers) = _node.Map();
        var working = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.MapMessage("slow", async Task (CancellationToken token, Scoped scoped) =>
        {
            using var registration = token.Register(cancelled.SetResult);
            working.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, _node.Time, token);
            scoped.Touch();
        }).WithTimeout(TimeSpan.FromSeconds(5));
        var client = _node.Connect();

        var sending = handlers.SendAsync(client, """{"message_id":4,"message_type":"slow"}""");
        await working.Task.Soon();
        _node.Time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Empty(client.Channel.Sent);
        Assert.False(sending.IsCompleted);
        _node.Time.Advance(TimeSpan.FromSeconds(0.2));

        var answer = Assert.Single(await sending.Soon());
        Assert.Equal(1004, answer.ErrorCode());
        Assert.Equal(4, answer.GetProperty("request_id").GetInt32());
        await cancelled.Task.Soon();
        await Waiting.Until(() => _node.Get<ScopeLog>().Disposed == 1);
        Assert.Equal("pong", Assert.Single(await handlers.SendAsync(client, """{"message_type":"ping"}""")).Type());
    }

    [Fact]
    public async Task WithTimeout_OfAHandlerThatIsInTime_AnswersAsWithout()
    {
        var (hub, handlers) = _node.Map();
        hub.MapMessage("sync", () => 1).WithTimeout(TimeSpan.FromSeconds(5));
        hub.MapMessage("async", async Task<int> () =>
        {
            await Task.Yield();
            return 2;
        }).WithTimeout(TimeSpan.FromSeconds(5));
        hub.MapMessage("throws", int () => throw new InvalidOperationException()).WithTimeout(TimeSpan.FromSeconds(5));
        var client = _node.Connect();

        Assert.Equal(1, Assert.Single(await handlers.SendAsync(client, """{"message_type":"sync"}""")).Data().GetInt32());
        Assert.Equal(2, Assert.Single(await handlers.SendAsync(client, """{"message_type":"async"}""")).Data().GetInt32());
        Assert.Equal(1003, Assert.Single(await handlers.SendAsync(client, """{"message_type":"throws"}""")).ErrorCode());
        _node.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(3, client.Channel.SentCount);
    }

    [Fact]
    public async Task WithTimeout_KeepsTheDataForAHandlerThatOutlivesItsMessage()
    {
        var (hub, handlers) = _node.Map();
        var working = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var late = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.MapMessage("slow", async Task (ReadOnlyMemory<byte> data) =>
        {
            working.SetResult();
            await goOn.Task;
            late.SetResult(System.Text.Encoding.UTF8.GetString(data.Span));
        }).WithTimeout(TimeSpan.FromSeconds(5));
        var payload = """{"message_type":"slow","data":"kept"}"""u8.ToArray();

        var dispatched = handlers.Dispatcher.DispatchAsync(_node.Connect().Connection, false, payload, mayOnlySignIn: false);
        await working.Task.Soon();
        _node.Time.Advance(TimeSpan.FromSeconds(6));
        await dispatched.Soon();
        // The buffer is the next message's now.
        payload.AsSpan().Clear();
        goOn.SetResult();

        Assert.Equal("\"kept\"", await late.Task.Soon());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(86_401)]
    public void WithTimeout_OutOfRange_IsRefused(int seconds)
    {
        var (hub, _) = _node.Map();

        Assert.Throws<ArgumentOutOfRangeException>(() => hub.MapMessage("x", () => 1).WithTimeout(TimeSpan.FromSeconds(seconds)));
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("async")]
    [InlineData("throws")]
    [InlineData("throws late")]
    public async Task ScopedService_IsDisposedOnceHoweverTheCallEnds(string how)
    {
        var (hub, handlers) = _node.Map();
        hub.MapMessage("x", async Task (Scoped scoped) =>
        {
            scoped.Touch();
            if (how is "async" or "throws late")
            {
                await Task.Yield();
            }
            if (how.StartsWith("throws", StringComparison.Ordinal))
            {
                throw new InvalidOperationException();
            }
        });
        await handlers.SendAsync(_node.Connect(), """{"message_type":"x"}""");
        await handlers.SendAsync(_node.Connect(), """{"message_type":"x"}""");

        Assert.Equal((2, 2), (_node.Get<ScopeLog>().Touched, _node.Get<ScopeLog>().Disposed));
    }

    [Fact]
    public async Task Handler_ForATypeOfTheHubsOwn_TakesItsPlace()
    {
        var (hub, handlers) = _node.Map();
        hub.MapMessage("ping", () => "mine");

        Assert.Equal("ping_reply", Assert.Single(await handlers.SendAsync(_node.Connect(), """{"message_type":"ping"}""")).Type());
    }

    [Fact]
    public void Map_TwiceOrTooLate_IsRefused()
    {
        var (hub, handlers) = _node.Map();
        hub.MapMessage("x", () => 1);
        Assert.Throws<ArgumentException>(() => hub.MapMessage("x", () => 1));
        hub.MapBinary(() => { });
        Assert.Throws<InvalidOperationException>(() => hub.MapBinary(() => { }));
        Assert.NotNull(handlers.Dispatcher);

        Assert.Throws<InvalidOperationException>(() => hub.MapMessage("y", () => 1));
        Assert.Throws<InvalidOperationException>(() => hub.AddFilter((context, next) => next(context)));
        Assert.Throws<InvalidOperationException>(() => hub.OnConnected((ConnectedEvent e) => { }));
    }

    [Fact]
    public async Task DirectMessage_WhenNoReceiverTookIt_AnswersOffline()
    {
        var (_, handlers) = _node.Map();
        var target = _node.Connect("bert");
        target.Channel.Answer = GoHub.Connections.EnqueueResult.Dropped;

        var answer = Assert.Single(await handlers.SendAsync(_node.Connect("anna"), """{"message_id":1,"message_type":"direct_message","data":{"target_id":"bert","content":1}}"""));

        Assert.Equal(4001, answer.ErrorCode());
    }

    internal sealed record Wanted(string Name);

    internal sealed class ScopeLog
    {
        private int _touched;
        private int _disposed;

        public int Touched => Volatile.Read(ref _touched);

        public int Disposed => Volatile.Read(ref _disposed);

        public void Touch() => Interlocked.Increment(ref _touched);

        public void Dispose() => Interlocked.Increment(ref _disposed);
    }

    internal sealed class Scoped(ScopeLog log) : IAsyncDisposable
    {
        public void Touch() => log.Touch();

        public ValueTask DisposeAsync()
        {
            log.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
