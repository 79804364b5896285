using System.Security.Cryptography;
using System.Text;
using GoHub.Security;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace GoHub.Tests.Security;

public sealed class TokenValidatorTests : IAsyncDisposable
{
    private const string Secret = "0123456789abcdef0123456789abcdef";
    private static readonly RSA Rsa = RSA.Create(2048);
    private static readonly ECDsa Ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private readonly List<Node> _nodes = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(SecurityAlgorithms.HmacSha256)]
    [InlineData(SecurityAlgorithms.HmacSha384)]
    [InlineData(SecurityAlgorithms.HmacSha512)]
    public async Task Validate_OfAnHmacToken_WorksWithASecretOf32Bytes(string algorithm)
    {
        var node = BySecret();

        var identity = await Validate(node, Sign(Claims(node), algorithm));

        Assert.Equal("u1", identity?.UserId);
        Assert.Equal(["join:room", "send:message"], identity!.Permissions.Grants.Order());
        Assert.True(identity.User.Identity!.IsAuthenticated);
        Assert.Equal(node.Time.GetUtcNow().AddHours(1), identity.TokenExpiry);
        Assert.Equal(identity.TokenExpiry.AddSeconds(30), identity.ExpiresAt);
    }

    [Fact]
    public async Task Validate_OfAnRs256Token_Works()
    {
        var node = ByPublicKey(Rsa.ExportSubjectPublicKeyInfoPem());

        Assert.NotNull(await Validate(node, SignAsymmetric(Claims(node), new RsaSecurityKey(Rsa), SecurityAlgorithms.RsaSha256)));
    }

    [Fact]
    public async Task Validate_OfAnEs256Token_Works()
    {
        var node = ByPublicKey(Ecdsa.ExportSubjectPublicKeyInfoPem());

        Assert.NotNull(await Validate(node, SignAsymmetric(Claims(node), new ECDsaSecurityKey(Ecdsa), SecurityAlgorithms.EcdsaSha256)));
    }

    [Fact]
    public async Task Validate_OfARsaTokenWithAnotherHash_RefusesIt()
    {
        var node = ByPublicKey(Rsa.ExportSubjectPublicKeyInfoPem());

        Assert.Null(await Validate(node, SignAsymmetric(Claims(node), new RsaSecurityKey(Rsa), SecurityAlgorithms.RsaSha512)));
        Assert.Null(await Validate(node, SignAsymmetric(Claims(node), new RsaSecurityKey(Rsa), SecurityAlgorithms.RsaSsaPssSha256)));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("")]
    public async Task Validate_OfAnUnsignedToken_RefusesIt(string algorithm)
    {
        var node = BySecret();

        Assert.Null(await Validate(node, Raw(algorithm, Claims(node), signature: "")));
        Assert.Null(await Validate(node, Raw(algorithm, Claims(node), signature: "AAAA")));
    }

    [Fact]
    public async Task Validate_WhenThePublicKeyWasUsedAsAnHmacSecret_RefusesIt()
    {
        var pem = Rsa.ExportSubjectPublicKeyInfoPem();
        var node = ByPublicKey(pem, Secret);
        foreach (var key in new[] { Encoding.UTF8.GetBytes(pem), Encoding.UTF8.GetBytes(pem.Trim()), Rsa.ExportSubjectPublicKeyInfo() })
        {
            Assert.Null(await Validate(node, RawHmac(Claims(node), key)));
        }
        Assert.NotNull(await Validate(node, RawHmac(Claims(node), Encoding.UTF8.GetBytes(Secret))));
    }

    [Theory]
    [InlineData("iss", "another")]
    [InlineData("iss", null)]
    [InlineData("exp", null)]
    [InlineData("exp", "tomorrow")]
    public async Task Validate_WhenAClaimIsWrongOrMissing_RefusesIt(string claim, string? value)
    {
        var node = BySecret();
        var claims = Claims(node);
        claims.Remove(claim);
        if (value is not null)
        {
            claims[claim] = value;
        }

        Assert.Null(await Validate(node, RawHmac(claims, Encoding.UTF8.GetBytes(Secret))));
    }

    [Theory]
    [InlineData("gohub-app", true)]
    [InlineData("another", false)]
    [InlineData(null, false)]
    public async Task Validate_ChecksTheAudienceWhereOneIsSet(string? audience, bool accepted)
    {
        var node = BySecret(o => o.Auth.Jwt.Audience = "gohub-app");
        var claims = Claims(node);
        if (audience is not null)
        {
            claims["aud"] = audience;
        }

        Assert.Equal(accepted, await Validate(node, Sign(claims)) is not null);
    }

    [Fact]
    public async Task Validate_AllowsTheLeewayAndNoMore()
    {
        var node = BySecret();
        var token = Sign(Claims(node));

        node.Time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(29.9));
        Assert.NotNull(await Validate(node, token));
        node.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Null(await Validate(node, token));
    }

    [Fact]
    public async Task Validate_BeforeItsTime_RefusesItButForTheLeeway()
    {
        var node = BySecret();
        var claims = Claims(node);
        claims["nbf"] = node.Time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds();
        var token = Sign(claims);

        Assert.Null(await Validate(node, token));
        node.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(29));
        Assert.NotNull(await Validate(node, token));
    }

    [Theory]
    [InlineData(253402300799)]
    [InlineData(long.MaxValue)]
    public async Task Validate_OfATokenForEver_DoesNotThrow(long expiry)
    {
        var node = BySecret();
        var claims = Claims(node);
        claims["exp"] = expiry;

        Assert.NotNull(await Validate(node, RawHmac(claims, Encoding.UTF8.GetBytes(Secret))));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("not a token")]
    [InlineData("....")]
    public async Task Validate_OfNonsense_RefusesIt(string token) => Assert.Null(await Validate(BySecret(), token));

    [Fact]
    public async Task Validate_OfADamagedToken_RefusesIt()
    {
        var node = BySecret();
        var token = Sign(Claims(node));
        var dot = token.LastIndexOf('.');

        Assert.Null(await Validate(node, token[..dot] + ".AAAA" + token[(dot + 5)..]));
        Assert.Null(await Validate(node, token[..dot]));
        Assert.Null(await Validate(node, token + new string('A', 9000)));
    }

    [Fact]
    public async Task Validate_WithoutAnyKey_RefusesEveryToken()
    {
        var node = Keep(new Node());

        Assert.Null(await Validate(node, Sign(Claims(node))));
    }

    [Fact]
    public async Task Validate_OfWhatTheNodeSigned_GivesTheUserBack()
    {
        var node = BySecret(o => o.Auth.Jwt.Audience = "app");

        var identity = await Validate(node, node.Get<IGoHubTokens>().Create("u9", ["admin:room"], TimeSpan.FromMinutes(1), "Nina"));

        Assert.Equal("u9", identity?.UserId);
        Assert.Equal("Nina", identity!.User.Identity!.Name);
        Assert.True(identity.Permissions.Has(GoHubPermissions.DeleteRoom));
    }

    [Fact]
    public async Task Validate_WhenThereIsNoPermissionsClaim_GrantsNothing()
    {
        var node = BySecret();
        var claims = Claims(node);
        claims.Remove("permissions");

        Assert.Empty((await Validate(node, Sign(claims)))!.Permissions.Grants);
    }

    private static async ValueTask<TokenIdentity?> Validate(Node node, string token) => (await node.Get<TokenValidator>().ValidateAsync(token)).Identity;

    private Node BySecret(Action<GoHubOptions>? configure = null) => Keep(new Node(o =>
    {
        o.Auth.Jwt.SecretKey = Secret;
        configure?.Invoke(o);
    }));

    private Node ByPublicKey(string pem, string? secret = null) => Keep(new Node(o => (o.Auth.Jwt.PublicKeyPem, o.Auth.Jwt.SecretKey) = (pem, secret)));

    private Node Keep(Node node)
    {
        _nodes.Add(node);
        return node;
    }

    private static Dictionary<string, object> Claims(Node node) => new()
    {
        ["iss"] = "gohub",
        ["user_id"] = "u1",
        ["permissions"] = new[] { "join:room", "send:message" },
        ["exp"] = node.Time.GetUtcNow().AddHours(1).ToUnixTimeSeconds(),
    };

    private static string Sign(Dictionary<string, object> claims, string algorithm = SecurityAlgorithms.HmacSha256)
    {
        // Signed by hand, as other libraries do with a key shorter than the hash.
        var head = Base64UrlEncoder.Encode($$"""{"alg":"{{algorithm}}","typ":"JWT"}""") + "." + Base64UrlEncoder.Encode(System.Text.Json.JsonSerializer.Serialize(claims));
        var (key, bytes) = (Encoding.UTF8.GetBytes(Secret), Encoding.ASCII.GetBytes(head));
        var signature = algorithm switch
        {
            SecurityAlgorithms.HmacSha384 => HMACSHA384.HashData(key, bytes),
            SecurityAlgorithms.HmacSha512 => HMACSHA512.HashData(key, bytes),
            _ => HMACSHA256.HashData(key, bytes),
        };
        return head + "." + Base64UrlEncoder.Encode(signature);
    }

    private static string RawHmac(Dictionary<string, object> claims, byte[] key)
    {
        var head = Raw("HS256", claims, "");
        return head + Base64UrlEncoder.Encode(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(head.TrimEnd('.'))));
    }

    private static string Raw(string algorithm, Dictionary<string, object> claims, string signature) =>
        $"{Base64UrlEncoder.Encode($$"""{"alg":"{{algorithm}}","typ":"JWT"}""")}.{Base64UrlEncoder.Encode(System.Text.Json.JsonSerializer.Serialize(claims))}.{signature}";

    private static string SignAsymmetric(Dictionary<string, object> claims, SecurityKey key, string algorithm) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor { Claims = claims, SigningCredentials = new SigningCredentials(key, algorithm) });
}
