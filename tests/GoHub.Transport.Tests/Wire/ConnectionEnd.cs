namespace GoHub.Transport.Tests.Wire;

/// <summary>How the peer ended a connection.</summary>
internal enum ConnectionEnd
{
    /// <summary>FIN: everything it sent has come.</summary>
    Closed,

    /// <summary>RST.</summary>
    Reset,
}
