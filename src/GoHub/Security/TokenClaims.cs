using System.Security.Claims;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace GoHub.Security;

/// <summary>The claims of a token that was validated before, made by the code that makes them when it is validated.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class TokenClaims : JsonWebTokenHandler
{
    private static readonly TokenClaims Handler = new();

    private static readonly TokenValidationParameters Names = new() { NameClaimType = GoHubClaims.UserName };

    private TokenClaims() => MapInboundClaims = false;

    /// <param name="payload">The token's middle part, as JSON.</param>
    public static ClaimsIdentity Of(byte[] payload) =>
        Handler.CreateClaimsIdentity(new JsonWebToken("{}", Encoding.UTF8.GetString(payload)), Names);
}
