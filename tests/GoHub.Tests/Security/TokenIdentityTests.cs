using System.Security.Claims;
using System.Text;
using GoHub.Security;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace GoHub.Tests.Security;

public sealed class TokenIdentityTests : IAsyncDisposable
{
    private const string Secret = "0123456789abcdef0123456789abcdef";
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };
    private static readonly SymmetricSecurityKey Key = new(TokenValidator.HmacKey(Secret));

    private readonly Node _node = new(static options => options.Auth.Jwt.SecretKey = Secret);

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Theory]
    [InlineData("""  "user_id":"u1","sub":"u1","permissions":["join:room","send:message"] """)]
    [InlineData("""  "user_id":"u1","permissions":"join:room","username":"Nina","role":["a","b"],"roles":[] """)]
    [InlineData("""  "user_id":17,"n":-1.5e3,"big":12345678901234567890,"t":true,"f":false,"nothing":null,"when":"2030-01-01T00:00:00Z" """)]
    [InlineData("""  "sub":"u1","nested":{"a":[1,2,{"b":"c"}],"sub":"other"},"mixed":[1,"two",true,null,{"x":1},[3]],"empty":{},"":"" """)]
    [InlineData("""  "sub":"a\u0041\"\\/\n\u20ac", "päth" : "äöü €" ,"esc\u0061ped":"x","aud":["one","two"],"jti":"1" """)]
    [InlineData("""  "sub":"u1","sub":"u2","http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier":"id","actort":"plain" """)]
    public async Task User_IsWhatTheHandlerMakesOfTheToken(string claims)
    {
        var token = Token(claims);
        var expected = (await Handler.ValidateTokenAsync(token, Parameters)).ClaimsIdentity;

        var identity = await ValidateAsync(token);
        var actual = Assert.IsAssignableFrom<ClaimsIdentity>(identity.User.Identity);

        Assert.Equal(expected.Claims.Select(Describe), actual.Claims.Select(Describe));
        Assert.Equal(expected.GetType(), actual.GetType());
        Assert.Equal((expected.AuthenticationType, expected.NameClaimType, expected.RoleClaimType), (actual.AuthenticationType, actual.NameClaimType, actual.RoleClaimType));
        Assert.Equal((expected.Name, expected.IsAuthenticated), (actual.Name, actual.IsAuthenticated));
        Assert.True(identity.IsAuthenticated);
        Assert.Equal(GoHubClaims.IdOf(type => expected.FindFirst(type)?.Value), identity.UserId);
        Assert.Equal(expected.FindAll("permissions").Select(c => c.Value), identity.Permissions.Grants);
    }

    [Fact]
    public async Task User_OnceAskedFor_StaysTheSame()
    {
        var identity = await ValidateAsync(Token(""" "sub":"u1" """));

        Assert.Same(identity.User, identity.User);
        Assert.NotSame(identity.User, identity.MakeUser());
    }

    [Fact]
    public async Task Auth_WithANewTokenOfTheSameUser_BringsItsClaims()
    {
        var (_, handlers) = _node.Map();
        var client = _node.Connect();
        await handlers.SendAsync(client, Auth(Token(""" "sub":"u1","permissions":["join:room"],"username":"Ada" """)));
        Assert.Equal("Ada", client.Connection.User.Identity!.Name);

        await handlers.SendAsync(client, Auth(Token(""" "sub":"u1","permissions":["send:message"],"username":"Ada L." """)));

        Assert.Equal("Ada L.", client.Connection.User.Identity!.Name);
        Assert.Equal(["send:message"], client.Connection.Permissions);
        Assert.Equal([client.Connection], _node.Connections.OfUser("u1"));
    }

    [Fact]
    public async Task Permissions_OfTokensThatGrantTheSame_AreOneSet()
    {
        var first = await ValidateAsync(Token(""" "sub":"u1","permissions":["join:room","send:message"] """));
        var second = await ValidateAsync(Token(""" "sub":"u2","permissions":["join:room","send:message"] """));
        var other = await ValidateAsync(Token(""" "sub":"u3","permissions":["send:message","join:room"] """));

        Assert.Same(first.Permissions, second.Permissions);
        Assert.NotSame(first.Permissions, other.Permissions);
    }

    [Fact]
    public void Of_WithMoreThanItsCapacity_ForgetsAndGoesOn()
    {
        var sets = new Shared<PermissionSet>(capacity: 10);
        for (var i = 0; i < 95; i++)
        {
            sets.Of(new PermissionSet([$"join:room:{i}"]));
            Assert.InRange(sets.Count, 1, 10);
        }

        Assert.Same(sets.Of(new PermissionSet(["join:room"])), sets.Of(new PermissionSet(["join:room"])));
    }

    [Fact]
    public void Equals_OfGrantsThatAreOneOrTwo_IsFalse() =>
        Assert.NotEqual(new PermissionSet(["a\nb", "c"]), new PermissionSet(["a", "b\nc"]));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"a":"b"}""")]
    [InlineData(""" { "a" : "b\"}" , "n":1 ,"x":{"a":"b"},"y":["s",1],"z":null,"t":true, "e":"" } """)]
    public void Join_OfWhatWasSplit_IsThePayloadToTheByte(string payload)
    {
        var (shape, own) = PayloadShape.Split(Encoding.UTF8.GetBytes(payload));

        Assert.Equal(payload, Encoding.UTF8.GetString(shape.Join(own)));
    }

    [Fact]
    public void Split_OfPayloadsThatDifferInValuesOnly_HasOneShape()
    {
        var one = PayloadShape.Split("""{"sub":"anna","exp":1,"roles":["a"]}"""u8);
        var two = PayloadShape.Split("""{"sub":"b","exp":20000,"roles":["a"]}"""u8);
        var three = PayloadShape.Split("""{"sub":"b","exp":20000,"roles":["b"]}"""u8);

        Assert.Equal(one.Shape, two.Shape);
        Assert.Equal(one.Shape.GetHashCode(), two.Shape.GetHashCode());
        Assert.NotEqual(two.Shape, three.Shape);
    }

    private static TokenValidationParameters Parameters => new()
    {
        IssuerSigningKey = Key,
        ValidateLifetime = false,
        ValidateAudience = false,
        ValidIssuer = GoHubJwtOptions.DefaultIssuer,
        NameClaimType = GoHubClaims.UserName,
    };

    private static string Auth(string token) => $$$"""{"message_type":"auth","data":{"token":"{{{token}}}"}}""";

    private static string Describe(Claim claim) =>
        $"{claim.Type} | {claim.Value} | {claim.ValueType} | {claim.Issuer} | {claim.OriginalIssuer} | {string.Join(',', claim.Properties)}";

    private static string Token(string claims) => Handler.CreateToken(
        "{" + $"\"iss\":\"{GoHubJwtOptions.DefaultIssuer}\",\"exp\":4000000000,\"iat\":1800000000,{claims}" + "}",
        new SigningCredentials(Key, SecurityAlgorithms.HmacSha256));

    private async Task<TokenIdentity> ValidateAsync(string token) => (await _node.Get<TokenValidator>().ValidateAsync(token)).Identity!;
}
