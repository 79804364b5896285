using GoHub.Bus;
using GoHub.ClusterTests.Proxy;

namespace GoHub.ClusterTests.Bus;

/// <summary>What a bus promises that has a server, whose way to it can be lost and which can be killed.</summary>
public abstract class ServerBusSpecification : BusSpecification
{
    private readonly Dictionary<IClusterBus, FaultProxy> _proxies = [];
    private BusServer? _server;

    private protected BusServer Server => _server ?? throw new InvalidOperationException("Not started.");

    private protected abstract Task<BusServer> StartServerAsync();

    /// <summary>A bus that knows its server by this port.</summary>
    private protected abstract IClusterBus CreateBus(int port);

    private protected override Task<IClusterBus> CreateAsync()
    {
        var proxy = FaultProxy.Start(Server.EndPoint);
        var bus = CreateBus(proxy.EndPoint.Port);
        _proxies[bus] = proxy;
        return Task.FromResult(bus);
    }

    private protected override void Cut(IClusterBus bus) => _proxies[bus].Refuse();

    private protected override void Restore(IClusterBus bus) => _proxies[bus].Heal();

    public override async ValueTask InitializeAsync() => _server = await StartServerAsync();

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        foreach (var proxy in _proxies.Values)
        {
            await proxy.DisposeAsync();
        }
        await Server.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_is_not_there_at_the_start_is_found_when_it_comes()
    {
        await Server.KillAsync();
        var node = new Node(await CreateAsync(), new RecordingReceiver());
        Adopt(node);
        await node.Bus.StartAsync(node.Told, Soon);
        Assert.False(node.Told.IsUp);
        Assert.Equal(BusPublish.Down, node.Bus.TryPublish(Subjects.All, "x"u8.ToArray()));
        var pending = node.Bus.SubscribeAsync(Subjects.All, CancellationToken.None).AsTask();
        await Server.StartAsync();
        await Eventually.HoldsAsync("the bus is up", () => node.Told.IsUp);
        await pending.WaitAsync(Eventually.Soon, TestContext.Current.CancellationToken);
        node.Publish(Subjects.All, "hello");
        await Eventually.HoldsAsync("it works", () => node.Told.Texts.Contains("hello"));
    }

    [Fact]
    public async Task A_server_that_was_killed_and_started_again_is_as_before()
    {
        var (a, b) = (await StartAsync(), await StartAsync());
        await a.Bus.SubscribeAsync(Subjects.Room("lobby"), Soon);
        await Server.KillAsync();
        await Eventually.HoldsAsync("both know", () => !a.Told.IsUp && !b.Told.IsUp);
        await Server.StartAsync();
        await Eventually.HoldsAsync("both are up", () => a.Told.IsUp && b.Told.IsUp);
        b.Publish(Subjects.Room("lobby"), "hello");
        await Eventually.HoldsAsync("it works", () => a.Told.Texts.Contains("hello"));
        Assert.Equal(["up", "down", "up"], a.Told.States);
    }

    [Fact]
    public async Task A_server_that_takes_nothing_makes_the_bus_busy_before_it_holds_more_than_its_window()
    {
        var (a, b) = (await StartAsync(), await StartAsync());
        await a.Bus.SubscribeAsync(Subjects.All, Soon);
        var proxy = _proxies[b.Bus];
        proxy.Freeze();
        var frame = new byte[10_000];
        var sent = 0;
        while (sent < 100_000 && b.Bus.TryPublish(Subjects.All, frame) == BusPublish.Sent)
        {
            sent++;
        }
        // 8 MiB of window; the sockets and the proxy hold a few more.
        Assert.InRange(sent * 10_000L, 1024 * 1024, 24 * 1024 * 1024);
        Assert.Equal(BusPublish.Busy, b.Bus.TryPublish(Subjects.All, frame));
        proxy.Heal();
        await Eventually.HoldsAsync("it takes more", () => b.Bus.TryPublish(Subjects.All, "end"u8.ToArray()) == BusPublish.Sent);
        await Eventually.HoldsAsync("everything has come", () => a.Told.Count == sent + 1);
    }

    [Fact]
    public async Task Bytes_that_come_in_small_pieces_and_late_are_whole_and_in_order()
    {
        var (a, b) = (await StartAsync(), await StartAsync());
        await a.Bus.SubscribeAsync(Subjects.All, Soon);
        foreach (var proxy in _proxies.Values)
        {
            proxy.Set(LinkFaults.None with { SliceBytes = 7, Latency = TimeSpan.FromMilliseconds(20), Jitter = TimeSpan.FromMilliseconds(20) });
        }
        for (var i = 0; i < 100; i++)
        {
            b.Publish(Subjects.All, $"{i}:{new string('x', i * 5)}");
        }
        await Eventually.HoldsAsync("all have come", () => a.Told.Count == 100);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}:{new string('x', i * 5)}"), a.Told.Texts);
        Assert.Equal(["up"], a.Told.States);
    }

    [Fact]
    public async Task A_reset_in_the_middle_of_a_frame_costs_frames_but_damages_none()
    {
        var (a, b) = (await StartAsync(), await StartAsync());
        await a.Bus.SubscribeAsync(Subjects.All, Soon);
        foreach (var direction in new[] { Direction.Up, Direction.Down })
        {
            var before = a.Told.States.Count;
            _proxies[direction == Direction.Up ? b.Bus : a.Bus].CutAfter(direction, 5_000);
            for (var i = 0; i < 200; i++)
            {
                b.Bus.TryPublish(Subjects.All, Encoding.Latin1.GetBytes($"{i}:{new string('x', 100)}"));
            }
            await Eventually.HoldsAsync("both are up again", () => a.Told.IsUp && b.Told.IsUp && a.Told.States.Count + b.Told.States.Count > 2);
        }
        await Eventually.HoldsAsync("it works", () => a.Told.IsUp && b.Told.IsUp && b.Bus.TryPublish(Subjects.All, "0:end"u8.ToArray()) == BusPublish.Sent && a.Told.Texts.Contains("0:end"));
        Assert.All(a.Told.Texts, t => Assert.Matches("^[0-9]+:(x{100}|end)$", t));
    }
}
