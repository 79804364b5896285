using GoHub.Client.Connecting;
using GoHub.Client.Diagnostics;
using GoHub.Client.Messages;
using GoHub.Protocol;
using Microsoft.Extensions.Logging;

namespace GoHub.Client.Rooms;

/// <summary>Joins rooms, first when the app asks and then on each new connection.</summary>
/// <remarks>Owner: <see cref="ClientCore"/>. Threads: any; one rejoining at a time.</remarks>
internal sealed class RoomComings(GoHubClientOptions options, RoomList rooms, RoomRequests requests, Inbox inbox, ILogger logger)
{
    // Of a hundred rooms not all at once: a server may limit messages per second.
    private const int JoinsAtOnce = 32;

    /// <summary>Joins a room, or gives the one there is.</summary>
    public async Task<GoHubClientRoom> JoinAsync(string id, Action<GoHubClientRoom>? attach, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var room = rooms.Enter(id, out var isNew);
        try
        {
            try
            {
                attach?.Invoke(room);
            }
            finally
            {
                // Whatever that did: somebody else may wait for the same room by now.
                if (isNew)
                {
                    _ = requests.JoinAsync(id, isUrgent: false, error => Settle(room, error));
                }
            }
            await room.Entered.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return room;
        }
        finally
        {
            rooms.StopWaiting(room);
        }
    }

    /// <summary>Joins all rooms again, on a new connection and before anything else.</summary>
    /// <exception cref="GoHubClientException">The connection is lost, or does not answer.</exception>
    /// <exception cref="OperationCanceledException">The connection ended.</exception>
    public async Task RejoinAsync(CancellationToken gone)
    {
        var joined = rooms.AllJoined();
        foreach (var some in joined.Chunk(JoinsAtOnce))
        {
            await Task.WhenAll(some.Select(room => RejoinAsync(room, gone))).ConfigureAwait(false);
        }
        if (joined.Length > 0)
        {
            ClientLog.RoomsRejoined(logger, joined.Length);
        }
    }

    private void Settle(GoHubClientRoom room, Exception? error)
    {
        var isIn = IsIn(error);
        if (rooms.EndJoining(room, isIn))
        {
            requests.LeaveUnasked(room.Id);
        }
        if (!room.IsLost)
        {
            room.Entered.TrySetResult();
            return;
        }
        room.Streams.End();
        room.Entered.TrySetException(isIn ? new GoHubClientException(GoHubClientError.RoomLost, "The room was left while it was being joined.") : error!);
        // Nobody may be waiting.
        _ = room.Entered.Task.Exception;
    }

    private async Task RejoinAsync(GoHubClientRoom room, CancellationToken gone)
    {
        var delays = new RetryDelay(options);
        var began = options.TimeProvider.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await requests.JoinAsync(room.Id, isUrgent: true, error => SettleAgain(room, error, IsLate())).ConfigureAwait(false);
                return;
            }
            catch (GoHubRequestException e) when (IsTransient(e) && !room.IsLost)
            {
                await Task.Delay(delays.Next(attempt), options.TimeProvider, gone).ConfigureAwait(false);
            }
            catch (GoHubRequestException)
            {
                // In already, or lost, which was told where the answer was read.
                return;
            }
        }

        bool IsLate() => options.TimeProvider.GetElapsedTime(began) >= options.RequestTimeout;
    }

    private void SettleAgain(GoHubClientRoom room, Exception? error, bool isLate)
    {
        if (room.Phase != RoomPhase.Joined)
        {
            return;
        }
        if (IsIn(error))
        {
            inbox.Post(() => EventCalls.RaiseAsync(() => room.RejoinedHandlers, static handler => handler(), logger, nameof(GoHubClientRoom.Rejoined)));
        }
        else if (error is GoHubRequestException refusal && (isLate || !IsTransient(refusal)))
        {
            rooms.Lose(room, new GoHubClientRoomLost(GoHubRoomLoss.Refused, refusal.Message, refusal));
        }
    }

    private static bool IsIn(Exception? error) => error is null or GoHubRequestException { Code: (int)GoHubErrorCode.AlreadyInRoom };

    // A limit of messages per second, or a bus between nodes that is down: both pass.
    private static bool IsTransient(GoHubRequestException error) => error.Code is (int)GoHubErrorCode.RateLimited or (int)GoHubErrorCode.Unavailable;
}
