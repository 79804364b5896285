namespace NATS.NKeys;

/// <summary>What a key is for; the first letter of its text form.</summary>
public enum PrefixByte : byte
{
    /// <summary>A…</summary>
    Account = 0,

    /// <summary>C…</summary>
    Cluster = 2 << 3,

    /// <summary>N…</summary>
    Server = 13 << 3,

    /// <summary>O…</summary>
    Operator = 14 << 3,

    /// <summary>U…</summary>
    User = 20 << 3,
}
