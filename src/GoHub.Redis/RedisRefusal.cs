using System.Security.Authentication;
using GoHub.Diagnostics;
using StackExchange.Redis;

namespace GoHub.Redis;

/// <summary>Tells a server that refuses this node from one that is away, and says what to write.</summary>
internal static class RedisRefusal
{
    /// <returns>A sentence that names the key; null if trying again may help.</returns>
    public static string? Explain(string error, string where)
    {
        const string Key = RedisSettings.ConfigurationKey;
        if (error.Contains("NOAUTH", StringComparison.Ordinal))
        {
            return $"Redis at {where} asks for a password. Add password=… (and user=…, if it has users) to {Key}.";
        }
        if (error.Contains("WRONGPASS", StringComparison.Ordinal) || error.Contains("invalid password", StringComparison.Ordinal))
        {
            return $"Redis at {where} refuses the user or the password. Correct user=… and password=… in {Key}.";
        }
        if (error.Contains("NOPERM", StringComparison.Ordinal))
        {
            return $"Redis at {where} does not let this user do what a node needs ({Log.Safe(error)}). "
                + $"Give it &gh1.* +@connection +@pubsub +@scripting +@hash +del +pexpire +time +info and the keys of {RedisSettings.Section}:KeyPrefix, or name another user in {Key}.";
        }
        return null;
    }

    /// <summary>As <see cref="Explain"/>, for a certificate that is not trusted.</summary>
    public static string Untrusted(string why, string where) =>
        $"The TLS connection to Redis at {where} cannot be made: {Log.Safe(why).TrimEnd('.')}. Correct ssl=… or sslHost=… in {RedisSettings.ConfigurationKey}, "
        + "or have the system trust the authority that signed the certificate (SSL_CERT_FILE).";

    /// <summary>The innermost reason, in a line.</summary>
    public static string Reason(Exception fault)
    {
        while (fault.InnerException is { } inner && fault is RedisException or AggregateException or AuthenticationException)
        {
            fault = inner;
        }
        return fault is RedisConnectionException { FailureType: ConnectionFailureType.UnableToConnect } ? "no connection within the time limit" : Log.Safe(fault.Message);
    }
}
