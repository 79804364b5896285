using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GoHub.Client.Sending;

namespace GoHub.Client.Requests;

/// <summary>A question that waits for its answer.</summary>
/// <remarks>Owner: <see cref="PendingRequests"/>. Whoever takes it out of there settles it, and nobody else. Threads: any.</remarks>
internal abstract class PendingRequest(long id, string type)
{
    /// <summary>Its <c>message_id</c>.</summary>
    public long Id => id;

    public string Type => type;

    /// <summary>When it is given up, on the clock of <see cref="PendingRequests"/>.</summary>
    public TimeSpan Deadline { get; set; }

    /// <summary>What carries it.</summary>
    public OutboxItem? Item { get; set; }

    /// <summary>Hears when the caller does not want the answer any more.</summary>
    public CancellationTokenRegistration Cancellation { get; set; }

    /// <summary>Ends with what the server said. The data is valid until this returns.</summary>
    public abstract void Answer(ReadOnlySpan<byte> data);

    public abstract void Fail(Exception error);

    public abstract void Cancel(CancellationToken cancellationToken);
}

/// <inheritdoc/>
/// <param name="id">Its <c>message_id</c>.</param>
/// <param name="type">Its <c>message_type</c>.</param>
/// <param name="info">How the answer is read.</param>
/// <param name="settled">Hears of the end before the one who asked, in the order in which messages come: the answer's or the error.</param>
internal sealed class PendingRequest<T>(long id, string type, JsonTypeInfo<T> info, Action<Exception?>? settled = null) : PendingRequest(id, type)
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _answer.Task;

    public override void Answer(ReadOnlySpan<byte> data)
    {
        Cancellation.Unregister();
        try
        {
            // Null only where T allows it, which RespectNullableAnnotations does not see at the root.
            var answer = JsonSerializer.Deserialize(data.IsEmpty ? "null"u8 : data, info)!;
            settled?.Invoke(null);
            _answer.TrySetResult(answer);
        }
        catch (Exception e)
        {
            // A converter of the app may throw anything, and must not end the connection.
            Fail(new GoHubClientException(GoHubClientError.InvalidAnswer, $"The answer to '{Type}' is no {typeof(T).Name}: {e.Message}", e));
        }
    }

    public override void Fail(Exception error)
    {
        Cancellation.Unregister();
        settled?.Invoke(error);
        _answer.TrySetException(error);
        // Who asked may have gone away, as one of two who wait for the same room may.
        _ = _answer.Task.Exception;
    }

    public override void Cancel(CancellationToken cancellationToken)
    {
        Cancellation.Unregister();
        settled?.Invoke(new OperationCanceledException(cancellationToken));
        _answer.TrySetCanceled(cancellationToken);
    }
}
