using System.Net.Sockets;
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
        var causes = new List<Exception>();
        for (var e = fault; e is not null; e = e.InnerException)
        {
            causes.Add(e);
        }
        if (causes.OfType<NatsServerException>().FirstOrDefault(static e => e.IsAuthError) is { } refused)
        {
            return $"The NATS server at {server} refuses this node ({refused.Error}). {Credentials(settings)}";
        }
        if (causes.OfType<AuthenticationException>().FirstOrDefault(static e => e.Message.Contains("remote certificate", StringComparison.OrdinalIgnoreCase)) is { } untrusted)
        {
            return untrusted.Message.Contains("ChainErrors", StringComparison.Ordinal) || !untrusted.Message.Contains("NameMismatch", StringComparison.Ordinal)
                ? $"The certificate of the NATS server at {server} is not trusted. Set {Section}:Tls:CaFile to the PEM file of the authority that signed it."
                : $"The certificate of the NATS server at {server} is for another name. Write the name that is in it in {Section}:Urls.";
        }
        // With TLS 1.3 the server refuses a certificate after the handshake, by an alert or by closing.
        if (link.Connection.ServerInfo is { TlsVerify: true } && !causes.Any(static e => e is OperationCanceledException or TimeoutException or SocketException))
        {
            return string.IsNullOrEmpty(settings.Options.Tls.CertFile)
                ? $"The NATS server at {server} asks for a certificate. Set {Section}:Tls:CertFile and {Section}:Tls:KeyFile."
                : $"The NATS server at {server} refuses this node's certificate. Set {Section}:Tls:CertFile and {Section}:Tls:KeyFile to one that its authority has signed.";
        }
        return causes.Select(e => Explain(e, server, settings)).FirstOrDefault(static s => s is not null);
    }

    private static string? Explain(Exception cause, NatsServerAddress server, NatsSettings settings) => cause switch
    {
        NKeysException => $"The credentials for the NATS server at {server} cannot be used: {cause.Message.TrimEnd('.')}. {Credentials(settings)}",
        CryptographicException or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException =>
            $"A file that {Section} names cannot be used: {cause.Message.TrimEnd('.')}. Correct {Section}:CredsFile, or {Section}:Tls.",
        NatsException when cause.Message.Contains("TlsMode is set to Require", StringComparison.Ordinal) =>
            $"The NATS server at {server} does not speak TLS. Write nats:// in {Section}:Urls, or remove {Section}:Tls.",
        NatsException when cause.Message.Contains("TlsMode is set to Disable", StringComparison.Ordinal) => $"The NATS server at {server} speaks TLS only. Remove {Section}:Tls:Enabled, which is false.",
        NatsException when cause.Message.StartsWith("Error loading cred", StringComparison.Ordinal) => $"{Section}:CredsFile cannot be used. Set it to a .creds file with a user JWT and its seed.",
        _ => null,
    };

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
