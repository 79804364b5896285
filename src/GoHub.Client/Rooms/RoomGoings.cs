using GoHub.Client.Messages;
using GoHub.Client.Sending;

namespace GoHub.Client.Rooms;

/// <summary>Leaves rooms, and hears when the server takes this client out of one.</summary>
/// <remarks>Owner: <see cref="ClientCore"/>. Threads: any.</remarks>
internal sealed class RoomGoings(RoomList rooms, RoomRequests requests, Outbox outbox)
{
    public async Task LeaveAsync(GoHubClientRoom room, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!rooms.TryBeginLeave(room, outbox.IsAttached))
        {
            return;
        }
        try
        {
            await requests.LeaveAsync(room.Id, error => Settle(room, error), cancellationToken).ConfigureAwait(false);
        }
        catch (GoHubRequestException e) when (IsOut(e))
        {
            // Which is what was wanted.
        }
        catch (GoHubClientException e) when (IsOut(e))
        {
            // The server takes a connection that ends out of its rooms, and this room is not joined again.
        }
    }

    /// <summary>Hears what the server tells about a room that may be one of these, be it an answer or not.</summary>
    public void Observe(string type, MessageFields fields)
    {
        if (type is not (MessageTypes.RoomLeft or MessageTypes.RoomDeleted) || rooms.Find(fields.RoomId) is not { } room || room.Phase == RoomPhase.Joining)
        {
            return;
        }
        var cause = type == MessageTypes.RoomDeleted ? GoHubRoomLoss.Deleted
            : fields.Status switch { "kicked" => GoHubRoomLoss.Kicked, "evicted" => GoHubRoomLoss.Evicted, _ => GoHubRoomLoss.Left };
        rooms.Lose(room, new GoHubClientRoomLost(cause, fields.Reason));
    }

    /// <summary>Hears of an answer that nobody waits for any more: the one to a join that was given up has to be undone.</summary>
    public void ObserveLate(string type, MessageFields fields)
    {
        Observe(type, fields);
        if (type == MessageTypes.RoomJoined && fields.RoomId is { } id && rooms.Find(id) is null)
        {
            requests.LeaveUnasked(id);
        }
    }

    private void Settle(GoHubClientRoom room, Exception? error)
    {
        if (error is null || IsOut(error))
        {
            rooms.TryRemove(room);
        }
        else
        {
            rooms.StayIn(room);
        }
    }

    private static bool IsOut(Exception error) =>
        error is GoHubRequestException { Code: (int)GoHubErrorCode.RoomNotFound or (int)GoHubErrorCode.NotInRoom }
            or GoHubClientException { Error: GoHubClientError.ConnectionLost or GoHubClientError.Stopped or GoHubClientError.Refused };
}
