using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace GoHub.Redis;

/// <summary>Encrypts a connection as the options and the library's environment variables say.</summary>
/// <remarks>
/// <c>SERedis_IssuerCertPath</c> (PEM of an authority to trust besides the system's), <c>SERedis_ClientCertPemPath</c> with
/// <c>SERedis_ClientCertPasswordPath</c> (its key file), <c>SERedis_ClientCertPfxPath</c> with <c>SERedis_ClientCertPassword</c>:
/// the same names that StackExchange.Redis reads where it speaks TLS by itself. Threads: immutable, any.
/// </remarks>
internal sealed class RedisTls(ConfigurationOptions options)
{
    private readonly string? _host = options.SslHost;
    private readonly SslProtocols _protocols = options.SslProtocols ?? SslProtocols.None;
    private readonly X509RevocationMode _revocation = options.CheckCertificateRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck;

    /// <exception cref="AuthenticationException">The certificate is not trusted, or the other side speaks no TLS.</exception>
    public async Task<Stream> AuthenticateAsync(Stream stream, EndPoint endpoint, CancellationToken cancellationToken)
    {
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(Options(endpoint), cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private SslClientAuthenticationOptions Options(EndPoint endpoint)
    {
        var ssl = new SslClientAuthenticationOptions
        {
            TargetHost = _host ?? endpoint switch
            {
                DnsEndPoint dns => dns.Host,
                IPEndPoint ip => ip.Address.ToString(),
                _ => "",
            },
            EnabledSslProtocols = _protocols,
            CertificateRevocationCheckMode = _revocation,
        };
        if (Variable("SERedis_IssuerCertPath") is { } issuer)
        {
            ssl.RemoteCertificateValidationCallback = (_, certificate, _, errors) => errors == SslPolicyErrors.None || IsIssuedBy(issuer, certificate, errors);
        }
        if (ClientCertificate() is { } own)
        {
            ssl.ClientCertificates = [own];
        }
        return ssl;
    }

    private static bool IsIssuedBy(string issuer, X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is null)
        {
            return false;
        }
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        // An authority of one's own seldom says where its revocations are.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(issuer);
        using var presented = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(presented);
    }

    private static X509Certificate2? ClientCertificate() => (Variable("SERedis_ClientCertPfxPath"), Variable("SERedis_ClientCertPemPath")) switch
    {
        ({ } pfx, _) => X509CertificateLoader.LoadPkcs12FromFile(pfx, Variable("SERedis_ClientCertPassword")),
        (_, { } pem) => X509Certificate2.CreateFromPemFile(pem, Variable("SERedis_ClientCertPasswordPath")),
        _ => null,
    };

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
