using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GoHub.Binding;
using GoHub.Connections;
using GoHub.Diagnostics;
using GoHub.Protocol;
using GoHub.Security;
using Microsoft.Extensions.Logging;

namespace GoHub.Dispatching;

/// <summary>Calls one of the app's handlers and answers with what comes of it.</summary>
/// <param name="type">What its messages are called; empty for binary ones.</param>
/// <param name="settings">What was asked for beside it.</param>
/// <param name="pipeline">The handler, with the filters around it.</param>
/// <param name="unseen">Whether no code of the app sees the context of a call, so that one can serve after the other.</param>
/// <param name="result">How its result is written; null if that depends on the result.</param>
/// <param name="services">What every route needs.</param>
/// <remarks>Threads: any; frozen once made.</remarks>
internal sealed class HandlerRoute(string type, HandlerSettings settings, GoHubMessageHandler pipeline, bool unseen, JsonTypeInfo? result, HandlerServices services)
{
    private readonly string[] _permissions = [.. settings.Permissions];
    private readonly byte[] _replyPrefix = EnvelopeWriter.Prefix(type + MessageTypes.ReplySuffix);

    public ValueTask RunAsync(GoHubConnection connection, Envelope envelope)
    {
        foreach (var permission in _permissions)
        {
            if (!connection.HasPermission(permission))
            {
                connection.ReplyError(GoHubErrorCode.Forbidden, Permissions.Missing(permission), envelope.MessageId);
                return ValueTask.CompletedTask;
            }
        }
        return !settings.RunInline && WebSocketChannel.IsLoopThread ? MoveAsync(connection, envelope) : CallAsync(connection, envelope);
    }

    /// <summary>Goes on in the thread pool: an app's code may block, and a loop must not.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask MoveAsync(GoHubConnection connection, Envelope envelope)
    {
        // A loop has no synchronization context or scheduler, so this is the pool, and its execution context is the empty one.
        await Task.Yield();
        await CallAsync(connection, envelope).ConfigureAwait(false);
    }

    private ValueTask CallAsync(GoHubConnection connection, Envelope envelope)
    {
        var message = new GoHubMessage(type, envelope.MessageId, envelope.Data);
        var context = unseen ? GoHubMessageContext.Rent(services.Root, connection, message) : new GoHubMessageContext(services.Root, connection, message);
        if (settings.Timeout is not null || GoHubMetrics.Activities.HasListeners())
        {
            return RunSlowlyAsync(context, envelope);
        }
        try
        {
            var call = pipeline(context);
            if (!call.IsCompletedSuccessfully || context.HasScope)
            {
                return FinishAsync(call, context, envelope);
            }
            Answer(context, envelope, call.Result);
        }
        catch (Exception e)
        {
            Fail(connection, envelope, e);
            if (context.HasScope)
            {
                return EndAsync(context);
            }
        }
        context.Spare();
        return ValueTask.CompletedTask;
    }

    private async ValueTask FinishAsync(ValueTask<object?> call, GoHubMessageContext context, Envelope envelope)
    {
        try
        {
            Answer(context, envelope, await call.ConfigureAwait(false));
        }
        catch (Exception e)
        {
            Fail(context.Connection, envelope, e);
        }
        await EndAsync(context).ConfigureAwait(false);
    }

    /// <summary>With a timeout or a trace around the call.</summary>
    private async ValueTask RunSlowlyAsync(GoHubMessageContext context, Envelope envelope)
    {
        using var activity = GoHubMetrics.Activities.StartActivity("gohub.message", ActivityKind.Server);
        activity?.SetTag("gohub.message.type", type).SetTag("gohub.connection.id", context.Connection.ConnectionId);
        if (settings.Timeout is not { } timeout)
        {
            await FinishAsync(GuardedAsync(context), context, envelope).ConfigureAwait(false);
            return;
        }
        var connection = context.Connection;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(connection.Aborted);
        context.Detach(deadline.Token);
        // On the thread pool, so that a handler that blocks before its first await is left behind as well.
        var call = Task.Run(() => GuardedAsync(context).AsTask());
        var late = Task.Delay(timeout, services.Time, deadline.Token);
        if (await Task.WhenAny(call, late).ConfigureAwait(false) == call || connection.Aborted.IsCancellationRequested)
        {
            await deadline.CancelAsync().ConfigureAwait(false);
            await FinishAsync(new ValueTask<object?>(call), context, envelope).ConfigureAwait(false);
            return;
        }
        await deadline.CancelAsync().ConfigureAwait(false);
        Log.HandlerTimedOut(services.Logger, type, timeout, connection.ConnectionId);
        connection.ReplyError(GoHubErrorCode.Timeout, $"'{type}' took longer than {timeout.TotalSeconds:0.###} s.", envelope.MessageId);
        _ = ForgetAsync(call, context);
    }

    // Turns a handler that throws before its first await into a failed task.
    private async ValueTask<object?> GuardedAsync(GoHubMessageContext context) => await pipeline(context).ConfigureAwait(false);

    private async Task ForgetAsync(Task<object?> call, GoHubMessageContext context)
    {
        try
        {
            await call.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // What a handler does that heeds its token.
        }
        catch (Exception e)
        {
            Log.HandlerFailed(services.Logger, e, type, context.Connection.ConnectionId, "");
        }
        await EndAsync(context).ConfigureAwait(false);
    }

    /// <summary>Ends the scope of a call; a service that fails at that must not cost the client its connection.</summary>
    private async ValueTask EndAsync(GoHubMessageContext context)
    {
        try
        {
            await context.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            services.Metrics.CriticalError();
            Log.HandlerFailed(services.Logger, e, type, context.Connection.ConnectionId, "");
        }
    }

    private void Answer(GoHubMessageContext context, Envelope envelope, object? value)
    {
        var connection = context.Connection;
        if (ReferenceEquals(value, HandlerContext.BytesHere))
        {
            if (settings.IsBinary)
            {
                connection.Send(FrameOpcode.Binary, context.Bytes.Span);
                return;
            }
            value = context.Bytes;
        }
        // A handler that ends with a call of the hub has said what it had to say.
        if (ReferenceEquals(value, GoHubResults.None) || value is SendResult or PublishResult or RoomResult)
        {
            if (!envelope.MessageId.IsEmpty)
            {
                connection.Reply(MessageTypes.Ack, BuiltInMessages.Done, WireJson.Default.StatusData, envelope.MessageId);
            }
            return;
        }
        if (ReferenceEquals(value, GoHubResults.Silent))
        {
            return;
        }
        if (value is GoHubResults.ErrorResult error)
        {
            connection.ReplyError(error.Code, error.Message, envelope.MessageId, error.Details);
            return;
        }
        if (settings.IsBinary && value is ReadOnlyMemory<byte> or byte[])
        {
            connection.Send(FrameOpcode.Binary, value is byte[] array ? array : ((ReadOnlyMemory<byte>)value).Span);
            return;
        }
        var info = result is null || (value is not null && value.GetType() != result.Type && !result.Type.IsInstanceOfType(value)) || result.Type == typeof(object)
            ? services.Json.GetTypeInfo(value?.GetType() ?? typeof(object)) : result;
        connection.Send(services.Frames.EncodeObject(_replyPrefix, value, info, envelope.MessageId.Span));
    }

    private void Fail(GoHubConnection connection, Envelope envelope, Exception fault)
    {
        switch (fault)
        {
            case MessageDataException data:
                connection.ReplyError(GoHubErrorCode.InvalidFormat, data.Message, envelope.MessageId);
                break;
            case OperationCanceledException when connection.Aborted.IsCancellationRequested:
                break;
            default:
                services.Metrics.CriticalError();
                Log.HandlerFailed(services.Logger, fault, type, connection.ConnectionId, Encoding.UTF8.GetString(envelope.MessageId.Span));
                connection.ReplyError(GoHubErrorCode.ServerError, "The server failed to handle the message.", envelope.MessageId, services.DetailedErrors ? fault.ToString() : null);
                break;
        }
    }
}

/// <summary>What was asked for beside the handler itself.</summary>
internal sealed class HandlerSettings
{
    public List<string> Permissions { get; } = [];

    public TimeSpan? Timeout { get; set; }

    /// <summary>Whether the handler runs on the thread that read the message, a loop's too.</summary>
    public bool RunInline { get; set; }

    public List<GoHubMessageFilter> Filters { get; } = [];

    public bool IsBinary { get; init; }
}

/// <summary>What every route needs.</summary>
internal sealed record HandlerServices(
    IServiceProvider Root, FrameEncoder Frames, GoHubMetrics Metrics, TimeProvider Time, JsonSerializerOptions Json, bool DetailedErrors, ILogger Logger);
