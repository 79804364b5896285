namespace GoHub.ReconnectTests.Drivers;

/// <summary>What tests wait for, whichever client it is.</summary>
internal static class Driven
{
    /// <summary>Waits until the client is connected for the <paramref name="times"/>-th time.</summary>
    public static Task IsConnectedAsync(this IClientDriver client, int times = 1, TimeSpan? within = null) =>
        Eventually.HoldsAsync($"connected {times} times: {client.Story()}", () => client.States.Count(s => s.State == "connected") >= times && client.States[^1].State == "connected", within);

    public static Task IsAsync(this IClientDriver client, string state) =>
        Eventually.HoldsAsync($"{state}: {client.Story()}", () => client.States is [.., var last] && last.State == state);

    public static async Task<StateChange> HasBeenAsync(this IClientDriver client, string state, int after = 0)
    {
        await Eventually.HoldsAsync($"{state} after {after} changes: {client.Story()}", () => client.States.Skip(after).Any(s => s.State == state));
        return client.States.Skip(after).First(s => s.State == state);
    }

    public static Task RoomHasAsync(this IClientDriver client, string room, string type) =>
        Eventually.HoldsAsync($"{type} in {room}", () => client.RoomMessages.Any(m => m.Room == room && m.Type == type));

    private static string Story(this IClientDriver client) => string.Join(" ", client.States.Select(s => $"{s.State}({s.Code})"));
}
