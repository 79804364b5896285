using System.ComponentModel;
using Microsoft.Extensions.DependencyInjection;

namespace GoHub.Binding;

/// <summary>One call of a handler: what its parameters are taken from.</summary>
/// <remarks>Threads: one at a time; ends with the call.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class HandlerContext : IAsyncDisposable
{
    private readonly IServiceProvider _root;
    private AsyncServiceScope? _scope;

    private protected HandlerContext(IServiceProvider root) => _root = root;

    /// <summary>The services of this call; the scope is made when they are first asked for.</summary>
    public IServiceProvider Services => (_scope ??= _root.CreateAsyncScope()).ServiceProvider;

    /// <summary>Cancelled when the result is wanted no more.</summary>
    public abstract CancellationToken Cancelled { get; }

    internal bool HasScope => _scope is not null;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _scope?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}

/// <summary>One event handed to an <c>On…</c> handler.</summary>
internal sealed class EventContext(IServiceProvider root, GoHubEvent happened, CancellationToken cancelled) : HandlerContext(root)
{
    public GoHubEvent Event { get; } = happened;

    public override CancellationToken Cancelled { get; } = cancelled;
}
