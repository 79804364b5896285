using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace GoHub.ClusterTests.Rows;

/// <summary>A real bus server, and what a test can ask it and do to it behind the nodes' back.</summary>
/// <remarks>Owner: the test.</remarks>
internal abstract class RowBus(BusServer server) : IAsyncDisposable
{
    public BusServer Server => server;

    /// <param name="kind"><c>redis</c>, or <c>nats</c>, which has JetStream.</param>
    /// <param name="options">More of the server's options.</param>
    public static async Task<RowBus> StartNewAsync(string kind, params string[] options)
    {
        RowBus bus = kind == "redis" ? new OnRedis(options) : new OnNats(options);
        await bus.Server.StartAsync();
        return bus;
    }

    /// <summary>For a node process.</summary>
    /// <param name="via">A proxy; null: straight to the server.</param>
    public abstract string[] NodeOptions(IPEndPoint? via = null);

    /// <summary>For a node in the test's process.</summary>
    public abstract void Join(GoHubBuilder hub, IPEndPoint? via = null);

    public abstract Task PublishAsync(string subject, params IEnumerable<byte[]> frames);

    /// <summary>What the nodes are subscribed to at this moment, each subject once for all nodes.</summary>
    public abstract Task<string[]> SubjectsAsync();

    /// <summary>The server's numbers of the connections that nodes have.</summary>
    public abstract Task<string[]> ConnectionsAsync();

    /// <summary>How many connections the server has ended since its start because they took too little.</summary>
    public abstract Task<long> CutOffAsync();

    public virtual ValueTask DisposeAsync() => server.DisposeAsync();

    private sealed class OnRedis : RowBus
    {
        private readonly string _log;

        public OnRedis(string[] options)
            : this(Path.GetTempFileName(), options)
        {
        }

        private OnRedis(string log, string[] options)
            : base(new RedisServer(false, ["--logfile", log, .. options])) => _log = log;

        public override string[] NodeOptions(IPEndPoint? via) => ["Cluster:Bus=redis", $"Cluster:Redis:Configuration={via ?? Server.EndPoint}"];

        public override void Join(GoHubBuilder hub, IPEndPoint? via) => hub.AddRedis($"{via ?? Server.EndPoint}");

        public override Task PublishAsync(string subject, params IEnumerable<byte[]> frames)
        {
            using var redis = new RawRedis(Server.EndPoint);
            foreach (var frame in frames)
            {
                redis.Ask("PUBLISH", subject, frame);
            }
            return Task.CompletedTask;
        }

        public override Task<string[]> SubjectsAsync()
        {
            using var redis = new RawRedis(Server.EndPoint);
            return Task.FromResult(redis.Texts("PUBSUB", "CHANNELS"));
        }

        public override Task<string[]> ConnectionsAsync()
        {
            using var redis = new RawRedis(Server.EndPoint);
            var list = (string)redis.Ask("CLIENT", "LIST")!;
            return Task.FromResult(list.Split('\n').Where(l => l.Contains("name=gohub", StringComparison.Ordinal)).Select(l => l.Split(' ')[0]).Order().ToArray());
        }

        // Its INFO has counted them only since 7.2.
        public override async Task<long> CutOffAsync() =>
            (await File.ReadAllLinesAsync(_log, TestContext.Current.CancellationToken)).Count(l => l.Contains("overcoming of output buffer limits", StringComparison.Ordinal));

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            File.Delete(_log);
        }
    }

    private sealed class OnNats : RowBus
    {
        private readonly int _monitor;
        private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

        public OnNats(string[] options)
            : this(FreePort.Next(), options)
        {
        }

        private OnNats(int monitor, string[] options)
            : base(new NatsServer(true, ["-m", monitor.ToString(CultureInfo.InvariantCulture), .. options])) => _monitor = monitor;

        public override string[] NodeOptions(IPEndPoint? via) => ["Cluster:Bus=nats", $"Cluster:Nats:Urls:0=nats://{via ?? Server.EndPoint}"];

        public override void Join(GoHubBuilder hub, IPEndPoint? via) => hub.AddNats($"nats://{via ?? Server.EndPoint}");

        public override async Task PublishAsync(string subject, params IEnumerable<byte[]> frames)
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(Server.EndPoint, TestContext.Current.CancellationToken);
            await using var stream = tcp.GetStream();
            using var all = new MemoryStream();
            all.Write("CONNECT {\"verbose\":false,\"pedantic\":false}\r\n"u8);
            foreach (var frame in frames)
            {
                all.Write(Encoding.ASCII.GetBytes($"PUB {subject} {frame.Length}\r\n"));
                all.Write(frame);
                all.Write("\r\n"u8);
            }
            all.Write("PING\r\n"u8);
            await stream.WriteAsync(all.ToArray(), TestContext.Current.CancellationToken);
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is var line and not "PONG")
            {
                Assert.True(line is not null && !line.StartsWith("-ERR", StringComparison.Ordinal), line);
            }
        }

        public override async Task<string[]> SubjectsAsync() =>
            [.. (await NodesAsync()).SelectMany(c => c.TryGetProperty("subscriptions_list", out var list) ? list.EnumerateArray().Select(s => s.GetString()!) : []).Distinct()];

        public override async Task<string[]> ConnectionsAsync() => [.. (await NodesAsync()).Select(c => c.GetProperty("cid").GetRawText()).Order()];

        public override async Task<long> CutOffAsync()
        {
            using var document = await GetAsync("varz");
            return document.RootElement.GetProperty("slow_consumers").GetInt64();
        }

        public override ValueTask DisposeAsync()
        {
            _http.Dispose();
            return base.DisposeAsync();
        }

        private async Task<JsonElement[]> NodesAsync()
        {
            using var document = await GetAsync("connz?subs=1");
            return [.. document.RootElement.GetProperty("connections").EnumerateArray().Select(c => c.Clone())];
        }

        private async Task<JsonDocument> GetAsync(string page) =>
            JsonDocument.Parse(await _http.GetStringAsync(new Uri($"http://127.0.0.1:{_monitor}/{page}"), TestContext.Current.CancellationToken));
    }
}
