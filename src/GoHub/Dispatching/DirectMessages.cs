using GoHub.Connections;
using GoHub.Protocol;

namespace GoHub.Dispatching;

/// <summary>The built-in message to one user or connection.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class DirectMessages(GoHubNode node)
{
    private static readonly byte[] MessagePrefix = EnvelopeWriter.Prefix(MessageTypes.DirectMessage);

    public void Send(GoHubConnection connection, in BuiltInRequest request, Envelope envelope)
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
        var frame = node.Frames.EncodeContent(MessagePrefix, null, request.Content, connection);
        switch (node.Deliver(node.Registry.Resolve(target), frame))
        {
            case SendResult.Offline:
                connection.ReplyError(GoHubErrorCode.ClientNotFound, "Failed to deliver message: nobody is there.", envelope.MessageId, target);
                break;
            case SendResult.Dropped:
                connection.ReplyError(GoHubErrorCode.ClientOffline, "Failed to deliver message: the receiver is not reading.", envelope.MessageId, target);
                break;
            default:
                BuiltInMessages.Acknowledge(connection, envelope);
                break;
        }
    }
}
