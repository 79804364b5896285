namespace GoHub.Redis;

/// <summary>How long to wait before the next attempt to connect: 100 ms, doubled up to 5 s, half of it by chance.</summary>
/// <remarks>Owner: one <see cref="RedisBus"/>'s loop. Threads: one.</remarks>
internal sealed class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private TimeSpan _next = First;

    public TimeSpan Next()
    {
        var wait = _next * (0.5 + (Random.Shared.NextDouble() / 2));
        _next = _next + _next < Longest ? _next + _next : Longest;
        return wait;
    }

    /// <summary>Begins anew, unless the connection was lost as soon as it stood.</summary>
    public void AfterLife(TimeSpan life)
    {
        if (life >= Longest)
        {
            _next = First;
        }
    }
}
