using System.Text.Json.Serialization.Metadata;
using GoHub.Client.Messages;
using GoHub.Client.Requests;
using GoHub.Protocol;

namespace GoHub.Client.Rooms;

/// <summary>The requests that are about rooms.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class RoomRequests(GoHubClientOptions options, RequestSender requests)
{
    public Task JoinAsync(string roomId, bool isUrgent, Action<Exception?> settled) =>
        AskAsync(MessageTypes.JoinRoom, roomId, WireJson.Default.RoomStatusData, CancellationToken.None, settled, isUrgent);

    public Task LeaveAsync(string roomId, Action<Exception?> settled, CancellationToken cancellationToken) =>
        AskAsync(MessageTypes.LeaveRoom, roomId, WireJson.Default.RoomStatusData, cancellationToken, settled);

    /// <summary>Undoes a join that nobody wants any more; how that ends, nobody waits for either.</summary>
    public void LeaveUnasked(string roomId) => _ = LeaveAsync(roomId, static _ => { }, CancellationToken.None);

    public async Task<GoHubClientAck> SendAsync<T>(GoHubClientRoom room, T content, JsonTypeInfo<T>? info, CancellationToken cancellationToken)
    {
        ThrowIfLost(room);
        var contentInfo = info ?? options.Json.Info<T>();
        var ack = await requests.AskAsync(MessageTypes.RoomMessage, id => ClientEnvelope.WriteRoomMessage(id, room.Id, content, contentInfo, options.TimeProvider),
            WireJson.Default.StatusData, options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        return new GoHubClientAck(ack.Level);
    }

    public async Task<GoHubClientMembers> MembersAsync(GoHubClientRoom room, CancellationToken cancellationToken)
    {
        ThrowIfLost(room);
        var answer = await AskAsync(MessageTypes.RoomMembers, room.Id, WireJson.Default.RoomMembersData, cancellationToken).ConfigureAwait(false);
        return new GoHubClientMembers([.. answer.Members.Select(static m => new GoHubClientMember(m.ClientId, m.UserId))], answer.Missing ?? []);
    }

    private Task<T> AskAsync<T>(string type, string roomId, JsonTypeInfo<T> info, CancellationToken cancellationToken, Action<Exception?>? settled = null, bool isUrgent = false) =>
        requests.AskAsync(type, id => ClientEnvelope.Write(id, type, new RoomRefData(roomId), WireJson.Default.RoomRefData, options.TimeProvider),
            info, options.RequestTimeout, cancellationToken, settled, isUrgent);

    private static void ThrowIfLost(GoHubClientRoom room)
    {
        if (room.IsLost)
        {
            throw new GoHubClientException(GoHubClientError.RoomLost, $"The room '{room.Id}' was left or lost. Join it again.");
        }
    }
}
