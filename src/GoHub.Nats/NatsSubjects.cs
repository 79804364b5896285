namespace GoHub.Nats;

/// <summary>What the node wants to be subscribed to, and what is on the present connection.</summary>
/// <remarks>Owner of both. Threads: any; the lock is held for one subject at a time, also while all are put on a new connection.</remarks>
internal sealed class NatsSubjects
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FrameSubscription?> _wanted = new(StringComparer.Ordinal);
    private NatsLink? _link;
    private TaskCompletionSource _attached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Wants a subject and puts it on the connection.</summary>
    public void Want(string subject)
    {
        lock (_gate)
        {
            _wanted.TryAdd(subject, null);
            Put(subject);
        }
    }

    public void Drop(string subject)
    {
        lock (_gate)
        {
            if (_wanted.Remove(subject, out var subscription) && subscription is not null)
            {
                _link?.Unsubscribe(subscription);
            }
        }
    }

    /// <summary>Done when the server has confirmed the subject, or nobody wants it any more.</summary>
    public async ValueTask ConfirmAsync(string subject, CancellationToken cancellationToken)
    {
        while (true)
        {
            NatsLink? link;
            FrameSubscription? subscription;
            Task attached;
            lock (_gate)
            {
                if (!_wanted.TryGetValue(subject, out subscription) || subscription is { IsConfirmed: true })
                {
                    return;
                }
                link = _link;
                attached = _attached.Task;
            }
            if (link is null || subscription is null)
            {
                await attached.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            else if (await link.ConfirmAsync().WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                subscription.IsConfirmed = true;
            }
            else
            {
                Detach(link);
            }
        }
    }

    /// <summary>Puts everything on a new connection.</summary>
    /// <returns>False if the connection was lost meanwhile.</returns>
    public async Task<bool> AttachAsync(NatsLink link)
    {
        string[] subjects;
        lock (_gate)
        {
            _link = link;
            subjects = [.. _wanted.Keys];
        }
        foreach (var subject in subjects)
        {
            lock (_gate)
            {
                Put(subject);
            }
        }
        var confirmed = await link.ConfirmAsync().ConfigureAwait(false);
        lock (_gate)
        {
            if (confirmed && _link == link)
            {
                _attached.TrySetResult();
            }
            return confirmed;
        }
    }

    /// <summary>The connection is no more.</summary>
    public void Detach(NatsLink link)
    {
        lock (_gate)
        {
            if (_link != link)
            {
                return;
            }
            _link = null;
            if (_attached.Task.IsCompleted)
            {
                _attached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            foreach (var subject in _wanted.Keys)
            {
                _wanted[subject] = null;
            }
        }
    }

    private void Put(string subject)
    {
        if (_link is not null && _wanted.TryGetValue(subject, out var subscription) && subscription is null)
        {
            _wanted[subject] = _link.Subscribe(subject);
        }
    }
}
