namespace GoHub.Client.Messages;

/// <summary>Who has asked for messages of which type.</summary>
/// <remarks>Owner: the client, or a room. Threads: any. Lists are copied when they change, so that a handler may come and go while others are called.</remarks>
internal sealed class Handlers<T>
{
    private static readonly Func<T, CancellationToken, Task>[] None = [];

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Func<T, CancellationToken, Task>[]> _byType = new(StringComparer.Ordinal);

    /// <returns>Takes the handler away again; once is enough, more does nothing.</returns>
    public IDisposable Add(string type, Func<T, CancellationToken, Task> handler)
    {
        // A delegate of its own, so that the same handler given twice is two.
        Func<T, CancellationToken, Task> own = (message, cancellationToken) => handler(message, cancellationToken);
        lock (_gate)
        {
            _byType[type] = [.. _byType.GetValueOrDefault(type, None), own];
        }
        return new Registration(this, type, own);
    }

    public IReadOnlyList<Func<T, CancellationToken, Task>> Of(string type)
    {
        lock (_gate)
        {
            return _byType.GetValueOrDefault(type, None);
        }
    }

    private void Remove(string type, Func<T, CancellationToken, Task> handler)
    {
        lock (_gate)
        {
            if (!_byType.TryGetValue(type, out var handlers))
            {
                return;
            }
            Func<T, CancellationToken, Task>[] left = [.. handlers.Where(h => h != handler)];
            if (left.Length == 0)
            {
                _byType.Remove(type);
            }
            else
            {
                _byType[type] = left;
            }
        }
    }

    private sealed class Registration(Handlers<T> handlers, string type, Func<T, CancellationToken, Task> handler) : IDisposable
    {
        public void Dispose() => handlers.Remove(type, handler);
    }
}
