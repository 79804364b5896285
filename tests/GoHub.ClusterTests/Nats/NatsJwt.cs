using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NATS.NKeys;

namespace GoHub.ClusterTests.Nats;

/// <summary>Makes the JWTs of an operator, an account and a user, as NATS's own tool would.</summary>
internal sealed class NatsJwt : IDisposable
{
    private readonly KeyPair _operator = KeyPair.CreatePair(PrefixByte.Operator);
    private readonly KeyPair _account = KeyPair.CreatePair(PrefixByte.Account);

    /// <summary>Makes a server trust the operator and know the account.</summary>
    public string ServerConfig
    {
        get
        {
            var operatorToken = Encode(_operator, _operator.GetPublicKey(), "op", new JsonObject { ["type"] = "operator", ["version"] = 2 });
            var limits = new JsonObject { ["subs"] = -1, ["data"] = -1, ["payload"] = -1, ["imports"] = -1, ["exports"] = -1, ["wildcards"] = true, ["conn"] = -1, ["leaf"] = -1 };
            var accountToken = Encode(_operator, _account.GetPublicKey(), "acc", new JsonObject { ["type"] = "account", ["version"] = 2, ["limits"] = limits });
            return $"operator: {operatorToken}\nresolver: MEMORY\nresolver_preload: {{ {_account.GetPublicKey()}: {accountToken} }}";
        }
    }

    /// <summary>The text of a <c>.creds</c> file of a new user, signed by the account or by a stranger.</summary>
    public string UserCreds(bool isStranger = false)
    {
        using var user = KeyPair.CreatePair(PrefixByte.User);
        using var stranger = KeyPair.CreatePair(PrefixByte.Account);
        var token = Encode(isStranger ? stranger : _account, user.GetPublicKey(), "user", new JsonObject { ["type"] = "user", ["version"] = 2, ["subs"] = -1, ["data"] = -1, ["payload"] = -1 });
        return $"""
            -----BEGIN NATS USER JWT-----
            {token}
            ------END NATS USER JWT------

            -----BEGIN USER NKEY SEED-----
            {user.GetSeed()}
            ------END USER NKEY SEED------
            """;
    }

    public void Dispose()
    {
        _operator.Dispose();
        _account.Dispose();
    }

    private static string Encode(KeyPair issuer, string subject, string name, JsonObject nats)
    {
        var claims = new JsonObject { ["jti"] = Guid.NewGuid().ToString("N"), ["iat"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), ["iss"] = issuer.GetPublicKey(), ["name"] = name, ["sub"] = subject, ["nats"] = nats };
        var text = $"{Part("""{"typ":"JWT","alg":"ed25519-nkey"}""")}.{Part(claims.ToJsonString(JsonSerializerOptions.Default))}";
        var signature = new byte[64];
        issuer.Sign(Encoding.ASCII.GetBytes(text), signature);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
