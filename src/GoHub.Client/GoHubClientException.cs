namespace GoHub.Client;

/// <summary>Why the client itself could not do something.</summary>
public enum GoHubClientError
{
    /// <summary>The connection was lost while a message or a request was on its way: whether the server has handled it is unknown.</summary>
    ConnectionLost = 1,

    /// <summary>No answer came in time.</summary>
    Timeout = 2,

    /// <summary>The client is stopped: by <see cref="GoHubClient.StopAsync"/>, or for good by the server.</summary>
    Stopped = 3,

    /// <summary>There is no connection, and what waits for one is full or unwanted (<see cref="GoHubClientOptions.WhileOffline"/>).</summary>
    Refused = 4,

    /// <summary>The answer is not what was asked for; <see cref="Exception.InnerException"/> says what does not fit.</summary>
    InvalidAnswer = 5,

    /// <summary>The room was left or lost.</summary>
    RoomLost = 6,
}

/// <summary>The client could not do something. What the server refuses is a <see cref="GoHubRequestException"/>.</summary>
public sealed class GoHubClientException : Exception
{
    internal GoHubClientException(GoHubClientError error, string message, Exception? inner = null, int? closeCode = null)
        : base(message, inner) => (Error, CloseCode) = (error, closeCode);

    /// <summary>What kind of failure it is.</summary>
    public GoHubClientError Error { get; }

    /// <summary>The code the server closed with, if that is what stopped the client or lost the connection.</summary>
    public int? CloseCode { get; }
}
