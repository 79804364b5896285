using GoHub.Binding;

namespace GoHub;

/// <summary>One inbound message, as it came.</summary>
/// <param name="Type">Its <c>message_type</c>; empty for a binary message.</param>
/// <param name="MessageId">Its <c>message_id</c> as JSON (a number, or a string with its quotes); empty if there is none.</param>
/// <param name="Data">The JSON of its <c>data</c>, empty if there is none; or the bytes of a binary message. Valid until the handler is done: copy what is kept.</param>
public readonly record struct GoHubMessage(string Type, ReadOnlyMemory<byte> MessageId, ReadOnlyMemory<byte> Data);

/// <summary>One call of a message handler, as filters see it.</summary>
/// <remarks>Threads: one at a time; ends with the call.</remarks>
public sealed class GoHubMessageContext : HandlerContext
{
    // A call of each thread that has ended and that no code of the app has seen.
    [ThreadStatic]
    private static GoHubMessageContext? _spare;

    private CancellationToken? _cancelled;

    internal GoHubMessageContext(IServiceProvider root, GoHubConnection connection, GoHubMessage message)
        : base(root)
    {
        Connection = connection;
        Message = message;
    }

    /// <summary>Who sent it.</summary>
    public GoHubConnection Connection { get; private set; }

    /// <summary>What was sent.</summary>
    public GoHubMessage Message { get; private set; }

    /// <summary>Cancelled when the connection closes or the handler's timeout passes.</summary>
    public override CancellationToken Cancelled => _cancelled ?? Connection.Aborted;

    /// <summary>A call whose context no code of the app sees: taken from the thread's spare one if there is one. Give it back with <see cref="Spare"/>.</summary>
    internal static GoHubMessageContext Rent(IServiceProvider root, GoHubConnection connection, GoHubMessage message)
    {
        if (_spare is not { } context)
        {
            return new GoHubMessageContext(root, connection, message) { ResultIsUnseen = true };
        }
        // A handler may send to itself, so that another call begins before this one has ended.
        _spare = null;
        context.Root = root;
        context.Connection = connection;
        context.Message = message;
        return context;
    }

    /// <summary>Keeps a call that has ended, and made no scope, for the next of this thread.</summary>
    internal void Spare()
    {
        if (ResultIsUnseen)
        {
            Root = null!;
            Connection = null!;
            Message = default;
            Bytes = default;
            _spare = this;
        }
    }

    /// <summary>The handler may outlive the message's bytes, and is cancelled by another token than the connection's.</summary>
    internal void Detach(CancellationToken token)
    {
        _cancelled = token;
        Message = Message with { MessageId = Message.MessageId.ToArray(), Data = Message.Data.ToArray() };
    }
}

/// <summary>The rest of the way to a handler's result.</summary>
public delegate ValueTask<object?> GoHubMessageHandler(GoHubMessageContext context);

/// <summary>Stands around handlers: does something before or after, changes the result, or answers instead.</summary>
public delegate ValueTask<object?> GoHubMessageFilter(GoHubMessageContext context, GoHubMessageHandler next);
