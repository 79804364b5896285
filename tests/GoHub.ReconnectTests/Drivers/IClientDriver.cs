using System.Text.Json;

namespace GoHub.ReconnectTests.Drivers;

/// <summary>What a client said of its state.</summary>
/// <param name="State">idle, connecting, connected, waiting, stopped.</param>
/// <param name="Code">Of the close that led to it.</param>
/// <param name="DelayMs">Until the next attempt.</param>
internal sealed record StateChange(string State, int? Code, double? DelayMs);

/// <summary>What came of a request: data, or the code of an error; negative ones are the client's own.</summary>
internal sealed record Outcome(bool Ok, JsonElement Data, int? Code);

/// <summary>A client under test. One suite for all clients there are.</summary>
/// <remarks>Owner: the test. Threads: one test at a time; what the client tells may come at any moment.</remarks>
internal interface IClientDriver : IAsyncDisposable
{
    /// <summary>Whether the platform shows a client the status of a refused upgrade.</summary>
    bool SeesHttpStatus { get; }

    /// <summary>Makes the client; it is not started.</summary>
    /// <param name="url">Of the server.</param>
    /// <param name="tokens">What the token function gives, in turn, the last for ever; null: there is none.</param>
    /// <param name="fixedToken">A token that does not change; null: there is none.</param>
    Task CreateAsync(string url, IReadOnlyList<string>? tokens = null, string? fixedToken = null);

    /// <summary>Begins to connect, and waits for nothing.</summary>
    Task StartAsync();

    Task StopAsync();

    Task<Outcome> RequestAsync(string type, object data);

    Task<Outcome> JoinAsync(string room);

    Task<Outcome> SendToRoomAsync(string room, object content);

    /// <summary>Every change of state so far.</summary>
    IReadOnlyList<StateChange> States { get; }

    /// <summary>What has come for a room so far: type and data. The client's own <c>rejoined</c> and <c>lost</c> too.</summary>
    IReadOnlyList<(string Room, string Type, JsonElement Data)> RoomMessages { get; }

    /// <summary>How often the token function was asked.</summary>
    int TokensAsked { get; }
}
