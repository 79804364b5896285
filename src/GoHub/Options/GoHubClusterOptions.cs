namespace GoHub;

/// <summary>How nodes are joined.</summary>
public sealed class GoHubClusterOptions
{
    /// <summary>The bus between nodes: <c>none</c>, <c>nats</c> or <c>redis</c>. Default: the one that <c>AddNats</c> or <c>AddRedis</c> was called for, else <c>none</c>, a node on its own.</summary>
    public string? Bus { get; set; }

    /// <summary>What keeps clusters on one bus apart: nodes with the same namespace are one cluster. Default <c>gohub</c>; 1 to 64 of A-Z, a-z, 0-9, <c>_</c> and <c>-</c>.</summary>
    public string Namespace { get; set; } = "gohub";

    /// <summary>This node's name, for people. Default: the machine's name and the process id. Nothing is routed by it.</summary>
    public string? NodeName { get; set; }

    /// <summary>Whether the limit of a room (<c>max_clients</c>) holds across nodes. Default <see cref="RoomCapacity.Auto"/>.</summary>
    public RoomCapacity Capacity { get; set; } = RoomCapacity.Auto;

    /// <summary>How to reach NATS.</summary>
    public GoHubNatsOptions Nats { get; set; } = new();

    /// <summary>How to reach Redis.</summary>
    public GoHubRedisOptions Redis { get; set; } = new();
}

/// <summary>How firmly the limit of a room holds across nodes.</summary>
public enum RoomCapacity
{
    /// <summary>Strict where the bus can (Redis; NATS with JetStream), else best effort.</summary>
    Auto,

    /// <summary>Never exceeded. The node does not start on a bus that cannot hold it (NATS without JetStream).</summary>
    /// <remarks>A node that has lost the bus for longer than its lease (15 s) lets nobody into a room with a limit and delivers nothing in it until the bus is back.</remarks>
    Strict,

    /// <summary>Each join asks the other nodes first; joins at the same moment on different nodes, or on two sides of an outage, may exceed it.</summary>
    BestEffort,
}

/// <summary>How to reach NATS (2.9 or later).</summary>
public sealed class GoHubNatsOptions
{
    /// <summary>Servers, each as <c>nats://host:4222</c> or <c>tls://host:4222</c>. Default: <c>nats://127.0.0.1:4222</c>.</summary>
    public IList<string> Urls { get; set; } = [];

    /// <summary>The connection's name, as NATS's monitoring shows it. Default: the node's name.</summary>
    public string? Name { get; set; }

    /// <summary>User name; with <see cref="Password"/>.</summary>
    public string? Username { get; set; }

    /// <summary>Password; with <see cref="Username"/>.</summary>
    public string? Password { get; set; }

    /// <summary>A token instead of user and password.</summary>
    public string? Token { get; set; }

    /// <summary>An nkey seed (<c>SU…</c>).</summary>
    public string? NKeySeed { get; set; }

    /// <summary>A <c>.creds</c> file with a user JWT and its seed.</summary>
    public string? CredsFile { get; set; }

    /// <summary>Encryption.</summary>
    public GoHubNatsTlsOptions Tls { get; set; } = new();

    /// <summary>Copies of the seats that JetStream keeps. Default 1; 1, 3 or 5.</summary>
    public int Replicas { get; set; } = 1;
}

/// <summary>Encryption of the connection to NATS.</summary>
public sealed class GoHubNatsTlsOptions
{
    /// <summary>Whether to insist on TLS. Default: only if a server's address says <c>tls://</c>, or one of the files below is set.</summary>
    public bool? Enabled { get; set; }

    /// <summary>PEM file of the authority that signed the server's certificate. Default: the system's.</summary>
    public string? CaFile { get; set; }

    /// <summary>PEM file of this node's certificate, where the server asks for one; with <see cref="KeyFile"/>.</summary>
    public string? CertFile { get; set; }

    /// <summary>PEM file of its key.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Whether to accept any certificate: for tests. Default false.</summary>
    public bool InsecureSkipVerify { get; set; }
}

/// <summary>How to reach Redis (6 or later; sharded pub/sub: 7).</summary>
public sealed class GoHubRedisOptions
{
    /// <summary>As StackExchange.Redis reads it: <c>host:6379,password=…,ssl=true,defaultDatabase=0</c>, several hosts with commas. Default <c>localhost:6379</c>.</summary>
    public string Configuration { get; set; } = "localhost:6379";

    /// <summary>Whether rooms use sharded pub/sub, which a Redis Cluster spreads over its shards. Default false.</summary>
    public bool ShardedPubSub { get; set; }

    /// <summary>Put before every key. Channels always begin with <c>gh1.</c> and the namespace. Default <c>gohub:</c>, as the Go original.</summary>
    public string KeyPrefix { get; set; } = "gohub:";
}
