using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GoHub.Client.Diagnostics;
using GoHub.Client.Messages;
using GoHub.Client.Sending;
using GoHub.Protocol;

namespace GoHub.Client.Requests;

/// <summary>Asks, and brings each answer to who asked.</summary>
/// <remarks>Owner: <see cref="ClientCore"/>. Threads: any.</remarks>
internal sealed class RequestSender
{
    private readonly PendingRequests _pending;
    private readonly Outbox _outbox;
    private readonly GoHubClientMetrics _metrics;
    private long _lastId;

    public RequestSender(PendingRequests pending, Outbox outbox, GoHubClientMetrics metrics)
    {
        (_pending, _outbox, _metrics) = (pending, outbox, metrics);
        pending.TimedOut = GiveUp;
    }

    /// <summary>Sends a request and ends with its answer.</summary>
    /// <param name="type">Its <c>message_type</c>.</param>
    /// <param name="write">Makes the envelope for an id.</param>
    /// <param name="info">How the answer is read.</param>
    /// <param name="timeout">Until the answer must be here.</param>
    /// <param name="cancellationToken">Ends the waiting; what has not been sent is not sent any more.</param>
    /// <param name="settled">Hears of the end first, in the order of messages: null for an answer, or what went wrong.</param>
    /// <param name="isUrgent">Whether it goes before all that waits, on this connection or not at all.</param>
    public Task<T> AskAsync<T>(
        string type, Func<long, byte[]> write, JsonTypeInfo<T> info, TimeSpan timeout, CancellationToken cancellationToken, Action<Exception?>? settled = null, bool isUrgent = false)
    {
        // Never used again, not even by another connection: a late answer must not be taken for another's.
        var id = Interlocked.Increment(ref _lastId);
        var request = new PendingRequest<T>(id, type, info, settled);
        request.Item = new OutboxItem(write(id), request: request);
        _pending.Add(request, timeout);
        request.Cancellation = cancellationToken.UnsafeRegister(static (state, cancelled) => Cancel(state!, cancelled), Tuple.Create(this, (PendingRequest)request));
        try
        {
            if (isUrgent)
            {
                _outbox.AddUrgent(request.Item);
            }
            else
            {
                _ = _outbox.Add(request.Item);
            }
        }
        catch (GoHubClientException e)
        {
            if (_pending.Take(id) is not null)
            {
                Fail(request, e);
            }
        }
        return request.Task;
    }

    /// <summary>Brings an answer home.</summary>
    public AnswerFate TryAnswer(in ServerEnvelope envelope)
    {
        if (_pending.Take(envelope.RequestId) is not { } request)
        {
            return envelope.RequestId <= Volatile.Read(ref _lastId) ? AnswerFate.Late : AnswerFate.NotOurs;
        }
        if (envelope.Type == MessageTypes.Error)
        {
            var error = ErrorOf(envelope.Data);
            Fail(request, new GoHubRequestException(error.Code, error.Message ?? "", error.Details));
        }
        else
        {
            request.Answer(envelope.Data.Span);
        }
        return AnswerFate.Answered;
    }

    /// <summary>Ends what a connection that is lost had taken.</summary>
    public void FailTaken(int? closeCode, Exception? why)
    {
        foreach (var request in _pending.TakeAll(r => r.Item!.IsTaken))
        {
            Fail(request, new GoHubClientException(GoHubClientError.ConnectionLost,
                $"The connection was lost before the answer to '{request.Type}' came. Whether the server has done it is unknown.", why, closeCode));
        }
    }

    /// <summary>Takes everything out that waits, and the timer away. The caller ends what it gets.</summary>
    public List<PendingRequest> TakeAll()
    {
        var taken = _pending.TakeAll(static _ => true);
        _pending.Stop();
        return taken;
    }

    /// <summary>Ends one that was taken out.</summary>
    public void Fail(PendingRequest request, Exception why)
    {
        _metrics.RequestFailed(why);
        request.Fail(why);
    }

    /// <summary>Ends one that the outbox could not keep.</summary>
    public void Fail(OutboxItem item, GoHubClientException why)
    {
        if (item.Request is { } request && _pending.Take(request.Id) is not null)
        {
            Fail(request, why);
        }
    }

    /// <summary>The fields of an <c>error</c>; code 1000 if there are none.</summary>
    public static ErrorFields ErrorOf(ReadOnlyMemory<byte> data)
    {
        try
        {
            return JsonSerializer.Deserialize(data.Span, ClientWireJson.Default.ErrorFields) ?? ErrorFields.Unknown;
        }
        catch (JsonException)
        {
            return ErrorFields.Unknown;
        }
    }

    private static void Cancel(object state, CancellationToken cancellationToken)
    {
        var (sender, request) = (Tuple<RequestSender, PendingRequest>)state;
        if (sender._pending.Take(request.Id) is not null)
        {
            sender._outbox.Withdraw(request.Item!);
            request.Cancel(cancellationToken);
        }
    }

    private void GiveUp(PendingRequest request)
    {
        _outbox.Withdraw(request.Item!);
        var sent = request.Item!.IsTaken ? "" : ", and it was never sent: there was no connection";
        Fail(request, new GoHubClientException(GoHubClientError.Timeout, $"No answer to '{request.Type}' came in time{sent}."));
    }
}

/// <summary>What became of a message that names a request.</summary>
internal enum AnswerFate
{
    /// <summary>No request of this client has that id: it is a message like others.</summary>
    NotOurs,

    /// <summary>It ended the request.</summary>
    Answered,

    /// <summary>Nobody waits for it any more.</summary>
    Late,
}
