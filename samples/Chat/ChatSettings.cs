namespace Chat;

/// <summary>What the command line says: <c>--port 8080 --nodes 3 --node 2 --bus nats</c>.</summary>
sealed class ChatSettings
{
    private const int MostNodes = 9;

    private static readonly string[] Hosts = ["localhost", "127.0.0.1"];

    /// <summary>The port of a node on its own; of several, the first has the next one. Default 8080.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>How many nodes there are, 1 to 9. Default 1.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>The only one of them that this process runs, from 1; so each can be a process, and one be killed alone. Default: all.</summary>
    public int? Node { get; init; }

    /// <summary>What joins them: <c>redis</c>, <c>nats</c>, or the address of one, such as <c>redis://localhost:6379</c>. Default <c>redis</c>.</summary>
    public string Bus { get; init; } = "redis";

    public bool IsCluster => Nodes > 1;

    public Uri BusAddress => Bus switch
    {
        "redis" => new Uri("redis://localhost:6379"),
        "nats" => new Uri("nats://localhost:4222"),
        _ => new Uri(Bus),
    };

    /// <summary>The nodes that this process runs.</summary>
    public IEnumerable<int> Here => Node is { } only ? [only] : Enumerable.Range(1, Nodes);

    /// <summary>Where pages of these nodes come from, under both names of this machine.</summary>
    public IEnumerable<string> Origins =>
        from host in Hosts
        from number in Enumerable.Range(1, Nodes)
        select $"http://{host}:{PortOf(number)}";

    /// <summary>What is wrong with the command line, in a sentence; null if nothing.</summary>
    public string? Problem { get; private init; }

    public int PortOf(int number) => IsCluster ? Port + number : Port;

    public static ChatSettings Read(string[] args)
    {
        try
        {
            var settings = new ConfigurationBuilder().AddCommandLine(args).Build().Get<ChatSettings>() ?? new();
            return settings.WhatIsWrong() is { } problem ? new() { Problem = problem } : settings;
        }
        catch (InvalidOperationException e)
        {
            return new() { Problem = e.InnerException?.Message ?? e.Message };
        }
    }

    private string? WhatIsWrong()
    {
        if (Nodes is < 1 or > MostNodes)
        {
            return $"--nodes must be 1 to {MostNodes}.";
        }
        if (Node is { } only && (only < 1 || only > Nodes))
        {
            return "--node must be one of the nodes: --node 1 --nodes 3.";
        }
        if (Port < 1 || PortOf(Nodes) > ushort.MaxValue)
        {
            return "--port must be 1 to 65535, the ports of all nodes included.";
        }
        var isAddress = Uri.TryCreate(Bus, UriKind.Absolute, out var address) && address is { Scheme: "redis" or "nats", Port: > 0 };
        return isAddress || Bus is "redis" or "nats" ? null : "--bus must be redis, nats, or an address such as redis://localhost:6379 or nats://localhost:4222.";
    }
}
