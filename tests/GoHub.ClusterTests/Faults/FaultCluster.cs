using System.Collections.Concurrent;
using GoHub.ClusterTests.Histories;
using GoHub.ClusterTests.Proxy;

namespace GoHub.ClusterTests.Faults;

/// <summary>A bus, node processes that reach it each by a proxy of its own, clients, and the history of them all.</summary>
/// <remarks>Owner of the processes, the proxies and the clients.</remarks>
internal sealed class FaultCluster : IAsyncDisposable
{
    /// <summary>What a local delivery may take on a loaded machine, where nothing but the bus is wrong; the promise itself is measured by a benchmark.</summary>
    public static readonly TimeSpan LocalBound = TimeSpan.FromMilliseconds(500);

    /// <summary>What nodes may need to be back once the bus is: the longest pause between two attempts is 5 s.</summary>
    public static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(8);

    /// <summary>When a node has noticed by itself that the bus is silent: after three probes, one every 2 s, and a tick.</summary>
    public static readonly TimeSpan NoticedWithin = TimeSpan.FromSeconds(9.5);

    /// <summary>Times a delivery waits for a processor: to send, to take, to deliver, to receive.</summary>
    private const int HopsOfADelivery = 4;

    private readonly Canary _canary;
    private readonly ConcurrentDictionary<string, string> _names = new();
    private readonly ConcurrentBag<RecordingClient> _clients = [];

    private FaultCluster(BusServer bus)
    {
        Bus = bus;
        _canary = new Canary(History);
    }

    public History History { get; } = new();

    public BusServer Bus { get; }

    public List<FaultNode> Nodes { get; } = [];

    public FaultNode this[string name] => Nodes.Single(n => n.Name == name);

    /// <summary>Runs a test; where it fails, says what the nodes have printed and where the history is.</summary>
    public static async Task RunAsync(FaultBus kind, string[] names, Func<FaultCluster, Task> test)
    {
        await using var cluster = new FaultCluster(await kind.StartAsync());
        try
        {
            // What gathered while a node slept comes at once: no reader is slow because of it.
            string[] options = ["SendQueue:MaxMessages=20000", $"Cluster:Namespace=f{Guid.NewGuid():N}", "Cluster:Capacity=Strict"];
            cluster.Nodes.AddRange(await Task.WhenAll(names.Select(name => FaultNode.StartAsync(name, cluster.Bus, kind, options))));
            await cluster.EachAsync("it knows the others", async n => (await n.Process.MetricsAsync())["gohub_nodes"] == names.Length, TimeSpan.FromSeconds(15));
            await test(cluster);
            cluster.History.Check([.. cluster.Nodes.Select(n => NodeFindings.Errors(n.Name, n.Process.Output))]);
        }
        catch (Exception e)
        {
            var logs = cluster.Nodes.Select(n => $"--- {n.Name}\n{string.Join('\n', n.Process.Output.TakeLast(60))}");
            throw new InvalidOperationException($"{e.Message}\nHistory: {cluster.History.Save()}\n{string.Join('\n', logs)}", e);
        }
    }

    public async Task<RecordingClient> ConnectAsync(string node, string name)
    {
        var client = await RecordingClient.ConnectAsync(History, this[node].Process.EndPoint, name, node);
        _names[client.Id] = name;
        _clients.Add(client);
        return client;
    }

    /// <summary>Clients named after their nodes: a1, a2, b1, …; in the order of the nodes, all in one room.</summary>
    public async Task<RecordingClient[]> ConnectAsync(IEnumerable<string> nodes, int each, string room)
    {
        var clients = new List<RecordingClient>();
        foreach (var node in nodes)
        {
            for (var i = 1; i <= each; i++)
            {
                clients.Add(await ConnectAsync(node, $"{node}{i}"));
            }
        }
        await clients[0].CreateAsync(room);
        await Task.WhenAll(clients.Select(c => c.JoinAsync(room)));
        return [.. clients];
    }

    /// <summary>Who is in a room, as a client's node sees it; recorded. Null if other nodes have not answered.</summary>
    public async Task<string[]?> ViewAsync(RecordingClient client, string room)
    {
        var asked = History.Now;
        var (ids, missing) = await client.MembersAsync(room);
        string[] members = [.. ids.Select(m => _names.GetValueOrDefault(m, m))];
        History.Add(Op.View, client.Name, client.Node, e => e with { Room = room, Members = members, Number = asked.Ticks });
        return missing == 0 ? members : null;
    }

    /// <summary>Waits until each client's node shows exactly the members there are, and how long that took.</summary>
    public async Task<TimeSpan> SettleAsync(string room, TimeSpan within, params RecordingClient[] observers)
    {
        var from = History.Now;
        foreach (var observer in observers)
        {
            await Eventually.HoldsAsync($"{observer.Node} shows who is in '{room}'", async () =>
            {
                var truth = Stay.All(History).Where(s => s.To is null && s.Room == room).Select(s => s.Client).Order();
                return await ViewAsync(observer, room) is { } members && truth.SequenceEqual(members.Order()) && await observer.ListedMembersAsync(room) == truth.Count();
            }, within - (History.Now - from));
        }
        return History.Now - from;
    }

    public Task EachAsync(string what, Func<FaultNode, Task<bool>> condition, TimeSpan within) =>
        Task.WhenAll(Nodes.Where(n => n.IsRunning).Select(n => Eventually.HoldsAsync($"{n.Name}: {what}", () => condition(n), within)));

    /// <summary>Waits until every client has got a message, sent from now on, of every other node's clients.</summary>
    public async Task<TimeSpan> FlowsAsync(TimeSpan within, params RecordingClient[] clients)
    {
        var from = History.Now;
        await Eventually.HoldsAsync("messages of every node reach every other", () =>
        {
            var events = History.Events;
            var nodes = clients.ToDictionary(c => c.Name, c => c.Node);
            var sent = events.Where(e => e.Op == Op.Published && e.At >= from).Select(e => e.Message).ToHashSet();
            var heard = events.Where(e => e.Op == Op.Received && e.At >= from && sent.Contains(e.Message) && nodes.ContainsKey(e.From)).Select(e => (e.Client, nodes[e.From])).ToHashSet();
            return clients.All(c => nodes.Values.Distinct().Where(n => n != c.Node).All(n => heard.Contains((c.Name, n))));
        }, within);
        return History.Now - from;
    }

    /// <summary>What must hold whatever the fault was.</summary>
    public IEnumerable<string> Always() =>
    [
        .. NoDuplicates.In(History), .. PublisherOrder.In(History), .. MembersOnly.In(History), .. Seats.In(History),
        .. Delivery.ToTheOwnNode(History), .. Delivery.Untold(History, TimeSpan.FromSeconds(5)),
        .. Nodes.Where(n => n.IsRunning).SelectMany(n => NodeFindings.Memory(n.Name, n.Process.Process.ResidentBytes())),
    ];

    /// <summary>P10: local delivery went on in a time.</summary>
    public IEnumerable<string> LocalGoesOn(TimeSpan from, TimeSpan to)
    {
        var slowest = Delivery.SlowestOnTheOwnNode(History, from, to);
        var bound = LocalBound + HopsOfADelivery * _canary.Latest(from, to);
        Say($"slowest local delivery {slowest.TotalMilliseconds:0} ms, bound {bound.TotalMilliseconds:0} ms");
        return slowest == TimeSpan.Zero ? ["P10: nothing was delivered."] : slowest > bound ? [$"P10: a local delivery took {slowest.TotalMilliseconds:0} ms, more than {bound.TotalMilliseconds:0}."] : [];
    }

    /// <summary>P2: each of these was told that something is missing in a room.</summary>
    public IEnumerable<string> Told(string room, TimeSpan from, params IEnumerable<RecordingClient> clients) =>
        clients.Where(c => !History.Events.Any(e => e.Op == Op.Gap && e.Client == c.Name && e.Room == room && e.At >= from)).Select(c => $"P2: {c.Name} got no gap notice.");

    public static void Say(string what) => TestContext.Current.TestOutputHelper?.WriteLine(what);

    public async ValueTask DisposeAsync()
    {
        await _canary.DisposeAsync();
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }
        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }
        await Bus.DisposeAsync();
    }
}

/// <summary>A node and its way to the bus.</summary>
internal sealed record FaultNode(NodeProcess Process, FaultProxy Proxy) : IAsyncDisposable
{
    public string Name => Process.Name;

    /// <summary>Whether it has not been killed.</summary>
    public bool IsRunning { get; private set; } = true;

    public static async Task<FaultNode> StartAsync(string name, BusServer bus, FaultBus kind, string[] options)
    {
        var proxy = FaultProxy.Start(bus.EndPoint);
        return new FaultNode(await NodeProcess.StartNewAsync(name, [.. options, .. kind.Options(proxy)]), proxy);
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync()
    {
        IsRunning = false;
        return Process.KillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await Proxy.DisposeAsync();
    }
}
