using GoHub.Connections;
using GoHub.Protocol;

namespace GoHub.Dispatching;

/// <summary>The built-in message to one user or connection.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class DirectMessages(GoHubNode node)
{
    private static readonly byte[] MessagePrefix = EnvelopeWriter.Prefix(MessageTypes.DirectMessage);

    public async ValueTask SendAsync(GoHubConnection connection, BuiltInRequest request, Envelope envelope)
    {
        if (BuiltInMessages.Required(connection, "target_id", request.TargetId, envelope) is not { } target
            || !BuiltInMessages.IsAllowed(connection, GoHubPermissions.SendMessage, target, envelope))
        {
            return;
        }
        if (request.Content.IsEmpty)
        {
            connection.ReplyError(GoHubErrorCode.InvalidFormat, "The field 'content' is missing.", envelope.MessageId);
            return;
        }
        var frame = node.Frames.EncodeContent(MessagePrefix, null, request.Content, connection).ToFrame();
        switch (await node.Cluster.Clients.SendAsync(target, frame, connection.Aborted).ConfigureAwait(false))
        {
            case SendResult.Offline:
                connection.ReplyError(GoHubErrorCode.ClientNotFound, "Failed to deliver message: nobody is there.", envelope.MessageId, target);
                break;
            case SendResult.Dropped:
                connection.ReplyError(GoHubErrorCode.ClientOffline, "Failed to deliver message: the receiver is not reading.", envelope.MessageId, target);
                break;
            case SendResult.Unavailable:
                connection.ReplyError(GoHubErrorCode.Unavailable, "Nobody of this name is at this node, and not all others could be asked.", envelope.MessageId, target);
                break;
            case SendResult.TooLarge:
                connection.ReplyError(GoHubErrorCode.MessageTooLarge, "The message is larger than the bus between the nodes carries.", envelope.MessageId);
                break;
            default:
                BuiltInMessages.Acknowledge(connection, envelope);
                break;
        }
    }
}
