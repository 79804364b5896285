using GoHub.Bus;

namespace GoHub.ClusterTests.Bus;

/// <summary>What every store of seats promises (<see cref="ISeatStore"/>): what <see cref="MemorySeats"/> does.</summary>
public abstract class SeatsSpecification(ITestOutputHelper output)
{
    private static readonly string[] Rooms = ["lobby", "a b", "{tag}", "*.>", "😀\r\n", new('r', 256)];

    /// <summary>A store of a connected node; each call gives another node's.</summary>
    private protected abstract Task<ISeatStore> CreateAsync();

    /// <summary>Different in each run, so that runs can share a server.</summary>
    private readonly string _unique = Guid.NewGuid().ToString("N")[..8];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(null)]
    public async Task Whatever_nodes_ask_for_they_get_what_the_model_gives(int? fixedSeed)
    {
        var seed = fixedSeed ?? Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var model = new MemorySeats(TimeProvider.System);
        ISeatStore[] stores = [await CreateAsync(), await CreateAsync(), await CreateAsync()];
        var capacities = Rooms.Select(_ => random.Next(1, 8)).ToArray();
        for (var i = 0; i < 300; i++)
        {
            var (node, room, wanted) = (random.Next(stores.Length), random.Next(Rooms.Length), random.Next(10));
            var expected = await model.HoldAsync(Rooms[room], (ulong)node + 1, wanted, capacities[room], CancellationToken.None);
            var actual = await stores[node].HoldAsync(Rooms[room] + _unique, (ulong)node + 1, wanted, capacities[room], TestContext.Current.CancellationToken);
            Assert.True(expected == actual, $"Step {i} of seed {seed}: node {node} wanted {wanted} of {capacities[room]} in room {room}, got {actual}, not {expected}.");
        }
    }

    [Fact]
    public async Task Nodes_that_ask_at_the_same_time_never_hold_more_than_there_are()
    {
        const int Capacity = 10;
        var room = $"race{_unique}";
        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CreateAsync()));
        var books = new Books(stores.Length);
        await Task.WhenAll(stores.Select((store, node) => Task.Run(async () =>
        {
            var random = new Random(node);
            for (var i = 0; i < 60; i++)
            {
                var wanted = random.Next(Capacity + 3);
                books.Lower(node, wanted);
                try
                {
                    books.Set(node, await store.HoldAsync(room, (ulong)node + 1, wanted, Capacity, CancellationToken.None));
                }
                catch (BusException)
                {
                    // Too busy, or the answer was lost: nobody knows what it holds now, and it asks again.
                    books.Lower(node, 0);
                }
                Assert.InRange(books.Sum, 0, Capacity);
            }
        })));
    }

    [Fact]
    public async Task Seats_given_back_are_there_for_others_at_once()
    {
        var (a, b) = (await CreateAsync(), await CreateAsync());
        var room = $"back{_unique}";
        Assert.Equal(5, await a.HoldAsync(room, 1, 5, 5, TestContext.Current.CancellationToken));
        Assert.Equal(0, await b.HoldAsync(room, 2, 1, 5, TestContext.Current.CancellationToken));
        Assert.Equal(5, await a.HoldAsync(room, 1, 9, 5, TestContext.Current.CancellationToken));
        Assert.Equal(3, await a.HoldAsync(room, 1, 3, 5, TestContext.Current.CancellationToken));
        Assert.Equal(2, await b.HoldAsync(room, 2, 5, 5, TestContext.Current.CancellationToken));
        Assert.Equal(0, await a.HoldAsync(room, 1, 0, 5, TestContext.Current.CancellationToken));
        Assert.Equal(5, await b.HoldAsync(room, 2, 5, 5, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_capacity_that_shrinks_leaves_what_others_hold()
    {
        var (a, b) = (await CreateAsync(), await CreateAsync());
        var room = $"shrink{_unique}";
        Assert.Equal(5, await a.HoldAsync(room, 1, 5, 8, TestContext.Current.CancellationToken));
        Assert.Equal(0, await b.HoldAsync(room, 2, 5, 3, TestContext.Current.CancellationToken));
        Assert.Equal(3, await a.HoldAsync(room, 1, 5, 3, TestContext.Current.CancellationToken));
    }

    /// <summary>What each node surely holds: given back here first, taken here last, so that the sum is never above the store's.</summary>
    private sealed class Books(int nodes)
    {
        private readonly Lock _gate = new();
        private readonly int[] _held = new int[nodes];

        public int Sum
        {
            get
            {
                lock (_gate)
                {
                    return _held.Sum();
                }
            }
        }

        public void Set(int node, int held)
        {
            lock (_gate)
            {
                _held[node] = held;
            }
        }

        public void Lower(int node, int wanted)
        {
            lock (_gate)
            {
                _held[node] = Math.Min(_held[node], wanted);
            }
        }
    }
}

public sealed class MemorySeatsTests(ITestOutputHelper output) : SeatsSpecification(output)
{
    private readonly MemorySeats _seats = new(TimeProvider.System);

    private protected override Task<ISeatStore> CreateAsync() => Task.FromResult<ISeatStore>(_seats);
}
