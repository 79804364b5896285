using System.Text;
using GoHub.Cluster;
using GoHub.Rooms;

namespace GoHub;

/// <summary>The rooms.</summary>
/// <remarks>Threads: any.</remarks>
public sealed class GoHubRooms
{
    private readonly ClusterRooms _rooms;

    internal GoHubRooms(ClusterRooms rooms) => _rooms = rooms;

    /// <summary>Creates a room that stays until it is deleted.</summary>
    /// <param name="roomId">1 to 256 bytes of UTF-8.</param>
    /// <param name="settings">Default: named like its id, no limit.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns><see cref="RoomResult.Ok"/>, <see cref="RoomResult.AlreadyExists"/> or <see cref="RoomResult.LimitReached"/>. When it returns, every node that could be reached knows the room.</returns>
    /// <exception cref="ArgumentException">The id or name is empty or too long, or the capacity below 0.</exception>
    public ValueTask<RoomResult> CreateAsync(string roomId, RoomSettings? settings = null, CancellationToken cancellationToken = default)
    {
        var name = settings?.Name ?? roomId;
        var maxClients = settings?.MaxClients ?? 0;
        ThrowIfNoName(roomId, nameof(roomId));
        ThrowIfNoName(name, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfNegative(maxClients, nameof(settings));
        cancellationToken.ThrowIfCancellationRequested();
        return _rooms.CreateAsync(roomId, name, maxClients, null, cancellationToken);
    }

    /// <summary>Deletes a room and tells its members.</summary>
    public ValueTask<RoomResult> DeleteAsync(string roomId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(roomId);
        cancellationToken.ThrowIfCancellationRequested();
        return _rooms.DeleteAsync(roomId, null, cancellationToken);
    }

    /// <summary>A room with its members on all nodes, or null.</summary>
    public async ValueTask<RoomInfo?> GetAsync(string roomId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(roomId);
        return (await _rooms.FindAsync(roomId, cancellationToken).ConfigureAwait(false)).Room;
    }

    /// <summary>All rooms of all nodes; those that come or go meanwhile may be missing or present.</summary>
    public Survey<RoomInfo> ListAsync(CancellationToken cancellationToken = default) => new(async ct =>
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ct);
        return await _rooms.ListAsync(both.Token).ConfigureAwait(false);
    });

    /// <summary>How many there are on all nodes, one with members on several counted once.</summary>
    public async ValueTask<ClusterCount> CountAsync(CancellationToken cancellationToken = default)
    {
        var (rooms, missing) = await _rooms.ListAsync(cancellationToken).ConfigureAwait(false);
        return new ClusterCount(rooms.Count, missing);
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
}

/// <summary>How a room is created.</summary>
public sealed record RoomSettings
{
    /// <summary>For people. Default: the id.</summary>
    public string? Name { get; init; }

    /// <summary>Most members at once, on all nodes together; 0, the default, means no limit. Never exceeded, however many join at the same moment, unless <see cref="GoHubClusterOptions.Capacity"/> is by best effort.</summary>
    public int MaxClients { get; init; }
}

/// <summary>A room at one moment.</summary>
public sealed record RoomInfo(string RoomId, string Name, int MaxClients, int Members);
