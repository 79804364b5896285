using System.ComponentModel;
using Microsoft.Extensions.DependencyInjection;

namespace GoHub.Binding;

/// <summary>One call of a handler: what its parameters are taken from, and what its result is told to.</summary>
/// <remarks>Threads: one at a time; ends with the call.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class HandlerContext : IAsyncDisposable
{
    /// <summary>Stands for a result that lies in <see cref="Bytes"/>.</summary>
    internal static readonly object BytesHere = new();

    private AsyncServiceScope? _scope;

    private protected HandlerContext(IServiceProvider root) => Root = root;

    /// <summary>The services of this call; the scope is made when they are first asked for.</summary>
    public IServiceProvider Services => (_scope ??= Root.CreateAsyncScope()).ServiceProvider;

    /// <summary>Cancelled when the result is wanted no more.</summary>
    public abstract CancellationToken Cancelled { get; }

    internal bool HasScope => _scope is not null;

    /// <summary>The result, where it is <see cref="BytesHere"/>.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; private protected set; }

    private protected IServiceProvider Root { get; set; }

    /// <summary>Whether no filter sees the result, so that it need not be an object of its own.</summary>
    private protected bool ResultIsUnseen { get; init; }

    /// <summary>What a binder returns for the result of a handler that has ended: the value itself, or what counts the same and needs no box.</summary>
    public ValueTask<object?> Result<T>(T value)
    {
        if (ResultIsUnseen)
        {
            if (typeof(T) == typeof(ReadOnlyMemory<byte>))
            {
                Bytes = (ReadOnlyMemory<byte>)(object)value!;
                return new(BytesHere);
            }
            if (typeof(T) == typeof(SendResult) || typeof(T) == typeof(PublishResult) || typeof(T) == typeof(RoomResult))
            {
                return new(GoHubResults.None);
            }
        }
        return new(value);
    }

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
