namespace NATS.NKeys;

/// <summary>A seed or a key is not one. No message holds any of it.</summary>
public class NKeysException(string message, Exception? innerException = null) : Exception(message, innerException);
