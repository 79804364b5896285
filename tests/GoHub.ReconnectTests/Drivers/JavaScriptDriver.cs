using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GoHub.ReconnectTests.Drivers;

/// <summary>The JavaScript client in a Node process, told what to do by lines of JSON; see clients/js/driver.js.</summary>
internal sealed class JavaScriptDriver : IClientDriver
{
    private static readonly string Home = typeof(JavaScriptDriver).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "JavaScriptClient").Value!;

    private readonly Process _node;
    private readonly Task _reading;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<Outcome>> _asked = new();
    private readonly Lock _lock = new();
    private readonly List<StateChange> _states = [];
    private readonly List<(string, string, JsonElement)> _roomMessages = [];
    private int _tag;
    private int _tokensAsked;

    public JavaScriptDriver()
    {
        _node = Process.Start(new ProcessStartInfo("node", "driver.js")
        {
            WorkingDirectory = Home,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        _reading = ReadAsync();
    }

    public bool SeesHttpStatus => false;

    public IReadOnlyList<StateChange> States
    {
        get
        {
            lock (_lock)
            {
                return [.. _states];
            }
        }
    }

    public IReadOnlyList<(string Room, string Type, JsonElement Data)> RoomMessages
    {
        get
        {
            lock (_lock)
            {
                return [.. _roomMessages];
            }
        }
    }

    public int TokensAsked => Volatile.Read(ref _tokensAsked);

    public Task CreateAsync(string url, IReadOnlyList<string>? tokens = null, string? fixedToken = null)
    {
        var command = new JsonObject { ["cmd"] = "create", ["url"] = url, ["options"] = new JsonObject { ["autoStart"] = false, ["heartbeat"] = 1000, ["heartbeatTimeout"] = 2000 }, ["token"] = fixedToken };
        if (tokens is not null)
        {
            command["tokens"] = new JsonArray([.. tokens.Select(t => JsonValue.Create(t))]);
        }
        return TellAsync(command);
    }

    public Task StartAsync() => TellAsync(new JsonObject { ["cmd"] = "start" });

    public Task StopAsync() => TellAsync(new JsonObject { ["cmd"] = "stop" });

    public Task<Outcome> RequestAsync(string type, object data) =>
        AskAsync(new JsonObject { ["cmd"] = "request", ["type"] = type, ["data"] = JsonSerializer.SerializeToNode(data) });

    public Task<Outcome> JoinAsync(string room) => AskAsync(new JsonObject { ["cmd"] = "join", ["room"] = room });

    public Task<Outcome> SendToRoomAsync(string room, object content) =>
        AskAsync(new JsonObject { ["cmd"] = "room_send", ["room"] = room, ["content"] = JsonSerializer.SerializeToNode(content) });

    public async ValueTask DisposeAsync()
    {
        if (!_node.HasExited)
        {
            await TellAsync(new JsonObject { ["cmd"] = "exit" });
            try
            {
                await _node.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(5));
            }
            catch (TimeoutException)
            {
                _node.Kill();
            }
        }
        await _reading;
        _node.Dispose();
    }

    private async Task<Outcome> AskAsync(JsonObject command)
    {
        var tag = Interlocked.Increment(ref _tag);
        var answer = new TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[tag] = answer;
        command["tag"] = tag;
        await TellAsync(command);
        return await answer.Task.WaitAsync(Eventually.Soon * 2);
    }

    private async Task TellAsync(JsonObject command)
    {
        await _node.StandardInput.WriteLineAsync(command.ToJsonString());
        await _node.StandardInput.FlushAsync();
    }

    private async Task ReadAsync()
    {
        while (await _node.StandardOutput.ReadLineAsync() is { } line)
        {
            var told = JsonElement.Parse(line);
            switch (told.GetProperty("event").GetString())
            {
                case "state":
                    lock (_lock)
                    {
                        _states.Add(new StateChange(told.GetProperty("state").GetString()!, Number(told, "code") is { } code ? (int)code : null, Number(told, "delay")));
                    }
                    break;
                case "result":
                    var ok = told.GetProperty("ok").GetBoolean();
                    var data = ok && told.TryGetProperty("data", out var value) ? value : default;
                    _asked[told.GetProperty("tag").GetInt32()].TrySetResult(new Outcome(ok, data, Number(told, "code") is { } error ? (int)error : null));
                    break;
                case "room":
                    lock (_lock)
                    {
                        _roomMessages.Add((told.GetProperty("room").GetString()!, told.GetProperty("type").GetString()!, told.TryGetProperty("data", out var about) ? about : default));
                    }
                    break;
                case "token":
                    Interlocked.Increment(ref _tokensAsked);
                    break;
            }
        }
        foreach (var (_, answer) in _asked)
        {
            answer.TrySetException(new InvalidOperationException("The Node process has ended."));
        }
    }

    private static double? Number(JsonElement told, string name) =>
        told.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
