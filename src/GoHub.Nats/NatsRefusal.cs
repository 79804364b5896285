using System.Security.Authentication;
using System.Security.Cryptography;
using NATS.Client.Core;
using NATS.NKeys;

namespace GoHub.Nats;

/// <summary>Tells a server that refuses this node whatever it does from one that is not there, and says what to write.</summary>
internal static class NatsRefusal
{
    private const string Section = NatsOptionsValidator.Section;

    /// <returns>A sentence without secrets; null for what may pass by itself.</returns>
    public static string? Explain(Exception fault, NatsLink link, NatsSettings settings)
    {
        var server = link.Server;
        var info = link.Connection.ServerInfo;
        for (var e = fault; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case NatsServerException { IsAuthError: true } refused:
                    return $"The NATS server at {server} refuses this node ({refused.Error}). {Credentials(settings)}";
                case AuthenticationException untrusted:
                    return untrusted.Message.Contains("NameMismatch", StringComparison.Ordinal) && !untrusted.Message.Contains("ChainErrors", StringComparison.Ordinal)
                        ? $"The certificate of the NATS server at {server} is not for that name. Write the name in it in {Section}:Urls."
                        : $"The certificate of the NATS server at {server} is not trusted. Set {Section}:Tls:CaFile to the PEM file of the authority that signed it.";
                case NKeysException or CryptographicException:
                    return $"The credentials for the NATS server at {server} cannot be used: {e.Message.TrimEnd('.')}. {Credentials(settings)}";
                case FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException:
                    return $"A file that {Section} names cannot be read: {e.Message.TrimEnd('.')}. Correct {Section}:CredsFile, or those of {Section}:Tls.";
                case NatsException tls when tls.Message.Contains("TlsMode is set to Require", StringComparison.Ordinal):
                    return $"The NATS server at {server} does not speak TLS. Write nats:// in {Section}:Urls, or remove {Section}:Tls.";
                case NatsException tls when tls.Message.Contains("TlsMode is set to Disable", StringComparison.Ordinal):
                    return $"The NATS server at {server} speaks TLS only. Remove {Section}:Tls:Enabled, which is false.";
                case NatsException creds when creds.Message.StartsWith("Error loading cred", StringComparison.Ordinal):
                    return $"{Section}:CredsFile cannot be used. Set it to a .creds file with a user JWT and its seed.";
                default:
                    break;
            }
        }
        // With TLS 1.3 the server refuses a certificate by closing, after the handshake.
        if (info is { TlsVerify: true } && fault is not OperationCanceledException)
        {
            return string.IsNullOrEmpty(settings.Options.Tls.CertFile)
                ? $"The NATS server at {server} asks for a certificate. Set {Section}:Tls:CertFile and {Section}:Tls:KeyFile."
                : $"The NATS server at {server} refuses this node's certificate. Set {Section}:Tls:CertFile and {Section}:Tls:KeyFile to one that its authority has signed.";
        }
        return null;
    }

    private static string Credentials(NatsSettings settings)
    {
        var options = settings.Options;
        return !settings.HasCredentials ? $"Set {Section}:Username and {Section}:Password, or {Section}:Token, {Section}:NKeySeed or {Section}:CredsFile."
            : !string.IsNullOrEmpty(options.Username) ? $"Correct {Section}:Username and {Section}:Password."
            : !string.IsNullOrEmpty(options.Token) ? $"Correct {Section}:Token."
            : !string.IsNullOrEmpty(options.NKeySeed) ? $"Set {Section}:NKeySeed to the seed of a user that the server knows."
            : !string.IsNullOrEmpty(options.CredsFile) ? $"Set {Section}:CredsFile to the credentials of a user that the server knows."
            : $"Correct what stands before the @ in {Section}:Urls.";
    }
}
