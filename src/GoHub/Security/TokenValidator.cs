using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using GoHub.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace GoHub.Security;

/// <summary>Decides whether a token is good, and whose it is.</summary>
/// <remarks>Threads: any. Each key accepts only its own kind of algorithm, so a token cannot choose how it is checked (RFC 8725 §3.1).</remarks>
internal sealed class TokenValidator
{
    /// <summary>Longest token that is looked at. Unit: characters. Source: security list of the design.</summary>
    private const int MaxTokenLength = 8 * 1024;

    private static readonly string[] Symmetric = [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384, SecurityAlgorithms.HmacSha512];
    private static readonly string[] Asymmetric = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256];

    private readonly SharedByTokens _shared = new();
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxTokenLength };
    private readonly TimeProvider _time;
    private readonly TimeSpan _skew;
    private readonly Revocations _revocations;
    private readonly ILogger<TokenValidator> _logger;
    private readonly List<TokenValidationParameters> _keys = [];

    public TokenValidator(IOptions<GoHubOptions> options, Revocations revocations, TimeProvider time, ILogger<TokenValidator> logger)
    {
        var jwt = options.Value.Auth.Jwt;
        _time = time;
        _skew = jwt.ClockSkew;
        _revocations = revocations;
        _logger = logger;
        if (jwt.SecretKey is { } secret)
        {
            _keys.Add(Parameters(jwt, Symmetric, new SymmetricSecurityKey(HmacKey(secret))));
        }
        if (jwt.PublicKeyPem is { } pem)
        {
            var key = ReadPublicKey(pem);
            _keys.Add(Parameters(jwt, [key is RsaSecurityKey ? SecurityAlgorithms.RsaSha256 : SecurityAlgorithms.EcdsaSha256], key));
        }
        if (jwt.Authority is { } authority)
        {
            _keys.Add(ByAuthority(jwt, authority));
        }
    }

    /// <summary>The identity a token stands for; none for a token that is wrong in any way, and whether age is all that is wrong.</summary>
    public async ValueTask<(TokenIdentity? Identity, bool Expired)> ValidateAsync(string token)
    {
        if (token.Length > MaxTokenLength)
        {
            return (null, false);
        }
        var expired = false;
        foreach (var key in _keys)
        {
            var result = await _handler.ValidateTokenAsync(token, key).ConfigureAwait(false);
            if (result.IsValid)
            {
                var identity = new TokenIdentity((JsonWebToken)result.SecurityToken, Revocations.Hash(token), _skew, _shared);
                if (!_revocations.Covers(identity))
                {
                    return (identity, false);
                }
                Log.TokenRefused(_logger, "revoked");
                return (null, false);
            }
            expired |= result.Exception is SecurityTokenInvalidLifetimeException { Expires: { } end } && end <= _time.GetUtcNow().UtcDateTime;
            Log.TokenRefused(_logger, result.Exception.GetType().Name);
        }
        return (null, expired);
    }

    /// <summary>The secret as a key for every HMAC size: the library wants 64 bytes for HS512, and HMAC itself fills up with zeros (RFC 2104 §2), so filling up changes no signature.</summary>
    internal static byte[] HmacKey(string secret)
    {
        var key = Encoding.UTF8.GetBytes(secret);
        Array.Resize(ref key, Math.Max(key.Length, 64));
        return key;
    }

    internal static AsymmetricSecurityKey ReadPublicKey(string pem)
    {
        if (pem.Contains("CERTIFICATE", StringComparison.Ordinal))
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            if (certificate.GetRSAPublicKey() is { } publicRsa)
            {
                return new RsaSecurityKey(publicRsa);
            }
            return new ECDsaSecurityKey(certificate.GetECDsaPublicKey() ?? throw new CryptographicException("The certificate holds neither an RSA nor an EC key."));
        }
        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportFromPem(pem);
            return new ECDsaSecurityKey(ecdsa);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // Not an elliptic curve: the one other kind is RSA, whose reader says what is wrong with anything else.
            ecdsa.Dispose();
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return new RsaSecurityKey(rsa);
        }
    }

    private TokenValidationParameters Parameters(GoHubJwtOptions jwt, IEnumerable<string> algorithms, SecurityKey? key) => new()
    {
        ValidAlgorithms = algorithms,
        IssuerSigningKey = key,
        ValidIssuer = jwt.Issuer,
        ValidAudience = jwt.Audience,
        ValidateAudience = jwt.Audience is not null,
        RequireExpirationTime = true,
        ClockSkew = jwt.ClockSkew,
        LifetimeValidator = IsInTime,
        NameClaimType = GoHubClaims.UserName,
    };

    // The node's clock, not the machine's, so that tests can move it.
    private bool IsInTime(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return expires is { } end && now < TokenIdentity.Later(end, parameters.ClockSkew) && (notBefore is not { } start || now > start - parameters.ClockSkew);
    }

    private TokenValidationParameters ByAuthority(GoHubJwtOptions jwt, string authority)
    {
        var address = authority.TrimEnd('/') + "/.well-known/openid-configuration";
        var http = new HttpDocumentRetriever { RequireHttps = !new Uri(authority).IsLoopback };
        var parameters = Parameters(jwt, Asymmetric, key: null);
        parameters.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(address, new OpenIdConnectConfigurationRetriever(), http);
        if (jwt.Issuer == GoHubJwtOptions.DefaultIssuer)
        {
            parameters.ValidIssuer = null;
        }
        return parameters;
    }
}
