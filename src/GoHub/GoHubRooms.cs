using System.Runtime.CompilerServices;
using System.Text;
using GoHub.Rooms;

namespace GoHub;

/// <summary>The rooms.</summary>
/// <remarks>Threads: any.</remarks>
public sealed class GoHubRooms
{
    private readonly RoomRegistry _rooms;

    internal GoHubRooms(RoomRegistry rooms) => _rooms = rooms;

    /// <summary>Creates a room that stays until it is deleted.</summary>
    /// <param name="roomId">1 to 256 bytes of UTF-8.</param>
    /// <param name="settings">Default: named like its id, no limit.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns><see cref="RoomResult.Ok"/>, <see cref="RoomResult.AlreadyExists"/> or <see cref="RoomResult.LimitReached"/>.</returns>
    /// <exception cref="ArgumentException">The id or name is empty or too long, or the capacity below 0.</exception>
    public ValueTask<RoomResult> CreateAsync(string roomId, RoomSettings? settings = null, CancellationToken cancellationToken = default)
    {
        var name = settings?.Name ?? roomId;
        var maxClients = settings?.MaxClients ?? 0;
        ThrowIfNoName(roomId, nameof(roomId));
        ThrowIfNoName(name, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfNegative(maxClients, nameof(settings));
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_rooms.Create(roomId, name, maxClients));
    }

    /// <summary>Deletes a room and tells its members.</summary>
    public ValueTask<RoomResult> DeleteAsync(string roomId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(roomId);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_rooms.Delete(roomId));
    }

    /// <summary>A room, or null.</summary>
    public ValueTask<RoomInfo?> GetAsync(string roomId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(roomId);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_rooms.Find(roomId) is { } room ? Info(room) : null);
    }

    /// <summary>All rooms; those that come or go meanwhile may be missing or present.</summary>
    public async IAsyncEnumerable<RoomInfo> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await ValueTask.CompletedTask.ConfigureAwait(false);
        foreach (var room in _rooms.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return Info(room);
        }
    }

    /// <summary>How many there are.</summary>
    public ValueTask<int> CountAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_rooms.Count);
    }

    internal static void ThrowIfNoName(string name, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, parameter);
        if (!IsName(name))
        {
            throw new ArgumentException($"A room's id and name have 1 to {RoomRegistry.MaxNameBytes} bytes of UTF-8.", parameter);
        }
    }

    internal static bool IsName(string? name) =>
        !string.IsNullOrEmpty(name) && name.Length <= RoomRegistry.MaxNameBytes && Encoding.UTF8.GetByteCount(name) <= RoomRegistry.MaxNameBytes;

    private static RoomInfo Info(Room room) => new(room.Id, room.Name, room.MaxClients, room.Count);
}

/// <summary>How a room is created.</summary>
public sealed record RoomSettings
{
    /// <summary>For people. Default: the id.</summary>
    public string? Name { get; init; }

    /// <summary>Most members at once; 0, the default, means no limit. Never exceeded, however many join at the same moment.</summary>
    public int MaxClients { get; init; }
}

/// <summary>A room at one moment.</summary>
public sealed record RoomInfo(string RoomId, string Name, int MaxClients, int Members);
