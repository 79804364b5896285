using GoHub.Connections;
using GoHub.Diagnostics;
using GoHub.Protocol;
using GoHub.Security;

namespace GoHub.Dispatching;

/// <summary>The built-in <c>auth</c>: a first sign-in, or a new token for the same user before the old one expires.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class SignIn(TokenValidator tokens, ConnectionRegistry registry, ConnectionLimiter limiter, GoHubMetrics metrics, TimeProvider time)
{
    public async ValueTask RunAsync(GoHubConnection connection, Envelope envelope)
    {
        if (BuiltInRequest.Read(envelope.Data, out var request) is { } fault)
        {
            connection.ReplyError(GoHubErrorCode.InvalidFormat, fault, envelope.MessageId);
            return;
        }
        if (string.IsNullOrEmpty(request.Token))
        {
            connection.ReplyError(GoHubErrorCode.InvalidFormat, "The field 'token' is missing.", envelope.MessageId);
            return;
        }
        var (identity, expired) = await tokens.ValidateAsync(request.Token).ConfigureAwait(false);
        if (identity is null)
        {
            metrics.AuthFailed();
            var (code, problem) = expired ? (GoHubErrorCode.TokenExpired, "The token has expired.") : (GoHubErrorCode.InvalidToken, "The token cannot be accepted.");
            connection.ReplyError(code, problem, envelope.MessageId);
            return;
        }
        if (connection.IsAuthenticated && connection.UserId != identity.UserId)
        {
            metrics.AuthFailed();
            connection.ReplyError(GoHubErrorCode.Forbidden, "The token is another user's. Open another connection for that.", envelope.MessageId);
            return;
        }
        if (!connection.IsAuthenticated && !limiter.TryEnterUser(identity.UserId))
        {
            connection.ReplyError(GoHubErrorCode.RateLimited, "This user has too many connections.", envelope.MessageId, "Limits:ConnectionsPerUser");
            return;
        }
        metrics.AuthSucceeded();
        connection.SignIn(identity);
        registry.AddUser(connection);
        var expiry = identity.TokenExpiry;
        var left = Math.Max(0, (long)(expiry - time.GetUtcNow()).TotalSeconds);
        connection.Reply(MessageTypes.AuthOk, new AuthOkData(identity.UserId, expiry.ToUnixTimeMilliseconds(), left), WireJson.Default.AuthOkData, envelope.MessageId);
    }
}
