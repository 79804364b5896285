using GoHub.Dispatching;

namespace GoHub;

/// <summary>Says more about one handler: who may call it, how long it may take, what stands around it.</summary>
/// <remarks>To be used before the first message; later changes have no effect.</remarks>
public sealed class GoHubMessageBuilder
{
    private readonly HandlerSettings _settings;

    internal GoHubMessageBuilder(HandlerSettings settings) => _settings = settings;

    /// <summary>Callers without it get error 2001. More than one: all are needed.</summary>
    public GoHubMessageBuilder RequirePermission(string permission)
    {
        ArgumentException.ThrowIfNullOrEmpty(permission);
        _settings.Permissions.Add(permission);
        return this;
    }

    /// <summary>After this the caller gets error 1004 and the handler's token is cancelled. Default: no limit.</summary>
    /// <param name="timeout">Above zero, at most a day.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public GoHubMessageBuilder WithTimeout(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout, TimeSpan.FromDays(1));
        _settings.Timeout = timeout;
        return this;
    }

    /// <summary>Runs the handler, and the filters around it, on the thread that read the message. Default: on the thread pool.</summary>
    /// <remarks>
    /// Either way messages of one connection are handled in order, one at a time. On the epoll transport the reading thread serves many connections,
    /// all of which wait for the handler until it returns or first awaits: it must never block, nor compute for long. In return its answer leaves
    /// with no change of threads and, for binary messages, no allocation. On other transports handlers always run where the message was read.
    /// With a timeout (<see cref="WithTimeout"/>) the handler runs on the thread pool all the same.
    /// </remarks>
    public GoHubMessageBuilder RunInline()
    {
        _settings.RunInline = true;
        return this;
    }

    /// <summary>Puts a filter around the handler; the first added is the outermost, inside the endpoint's own.</summary>
    public GoHubMessageBuilder AddFilter(GoHubMessageFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        _settings.Filters.Add(filter);
        return this;
    }
}
