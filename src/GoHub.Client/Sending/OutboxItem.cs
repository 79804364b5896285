using GoHub.Client.Requests;

namespace GoHub.Client.Sending;

/// <summary>One message on its way out.</summary>
/// <remarks>Owner: <see cref="Outbox"/>, whose lock guards what changes.</remarks>
internal sealed class OutboxItem(byte[] payload, bool isBinary = false, PendingRequest? request = null)
{
    public ReadOnlyMemory<byte> Payload => payload;

    public bool IsBinary => isBinary;

    /// <summary>The request that it carries, if it is one.</summary>
    public PendingRequest? Request => request;

    /// <summary>Whether it was given to a socket: from then on nobody can tell whether the server has it.</summary>
    public bool IsTaken { get; set; }

    /// <summary>Whether nobody wants it sent any more.</summary>
    public bool IsWithdrawn { get; set; }

    /// <summary>Its place in the queue.</summary>
    public LinkedListNode<OutboxItem>? Place { get; set; }

    /// <summary>Tells a sender who waits for it to be written; a request's answer says more, so it has none.</summary>
    public TaskCompletionSource? Written { get; set; }
}
