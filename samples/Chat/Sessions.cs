using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using GoHub;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Chat;

/// <summary>Lets in whoever says a name. There are no passwords: a ticket, which the browser keeps, proves that a user id is its own.</summary>
/// <remarks>
/// The user id begins with the name, so that every node knows the names of all without asking. Tickets are signed, not stored:
/// each node takes those of the others, and they are good after a restart.
/// </remarks>
sealed class Sessions(IGoHubTokens tokens, string key)
{
    private const int LongestName = 32; // UTF-16 units
    private const string Letters = "abcdefghijkmnpqrstuvwxyz23456789"; // none that is taken for another

    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(15);
    private static readonly string[] Permissions = [GoHubPermissions.JoinRoom, GoHubPermissions.LeaveRoom, GoHubPermissions.SendMessage, GoHubPermissions.ReadMessage];

    // Not the key of the tokens itself: nobody must be able to make one of the other.
    private readonly byte[] _key = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), "tickets of the chat"u8);

    /// <summary>A new session by name, or the next token of the one that the ticket is for.</summary>
    public Results<Ok<Session>, BadRequest<Refusal>, UnauthorizedHttpResult> Open(SignIn request)
    {
        if (request.Ticket is { } ticket)
        {
            return UserOf(ticket) is { } user ? TypedResults.Ok(For(user, ticket)) : TypedResults.Unauthorized();
        }
        if (Clean(request.Name) is not { } name)
        {
            return TypedResults.BadRequest(new Refusal($"A name has 1 to {LongestName} letters."));
        }
        var userId = $"{name}~{RandomNumberGenerator.GetString(Letters, 8)}";
        var bytes = Encoding.UTF8.GetBytes(userId);
        return TypedResults.Ok(For(userId, $"{Base64Url.EncodeToString(bytes)}.{Base64Url.EncodeToString(HMACSHA256.HashData(_key, bytes))}"));
    }

    /// <summary>Whose ticket it is; null if it is none of ours.</summary>
    public string? UserOf(string? ticket)
    {
        if (ticket?.Split('.') is not [var user, var signature] || !Base64Url.IsValid(user) || !Base64Url.IsValid(signature))
        {
            return null;
        }
        var bytes = Base64Url.DecodeFromChars(user);
        return CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, bytes), Base64Url.DecodeFromChars(signature)) ? Encoding.UTF8.GetString(bytes) : null;
    }

    private Session For(string userId, string ticket) => new(userId, ticket, tokens.Create(userId, Permissions, TokenLife));

    /// <summary>The name with single spaces, or null if it cannot be one: too long, of control characters, or of nothing that is seen.</summary>
    private static string? Clean(string? text)
    {
        var name = string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var isSeen = name.EnumerateRunes().Any(r => Rune.IsLetterOrDigit(r) || Rune.IsSymbol(r) || Rune.IsPunctuation(r));
        return name.Length <= LongestName && isSeen && !name.Any(char.IsControl) ? name : null;
    }
}

record SignIn(string? Name, string? Ticket);
record Session(string UserId, string Ticket, string Token);
record Refusal(string Problem);
