using System.Net.WebSockets;
using GoHub.Client.Connecting;
using GoHub.Client.Connections;
using GoHub.Client.Diagnostics;
using GoHub.Client.Messages;
using GoHub.Client.Requests;
using GoHub.Protocol;
using Microsoft.Extensions.Logging;

namespace GoHub.Client.Tokens;

/// <summary>Brings a new token to a living connection before the old one expires.</summary>
/// <remarks>Owner: <see cref="ConnectLoop"/>. Threads: one run at a time, which ends with its connection.</remarks>
internal sealed class TokenRefresh(GoHubClientOptions options, TokenSource tokens, RequestSender requests, ILogger logger)
{
    // A timer cannot be set for much longer, and clocks are set right meanwhile.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromDays(1);

    private readonly RetryDelay _delays = new(options);

    private DateTimeOffset Now => options.TimeProvider.GetUtcNow();

    /// <summary>Renews the token again and again, until the connection ends or the token cannot be renewed.</summary>
    public async Task RunAsync(Connection connection, string? token)
    {
        if (!tokens.CanRenew || options.RefreshBefore == TimeSpan.Zero)
        {
            return;
        }
        try
        {
            for (var expiry = JwtExpiry.Of(token); expiry is { } at && at > Now;)
            {
                await SleepUntilAsync(at - Lead(at - Now), connection.Gone).ConfigureAwait(false);
                expiry = await RenewAsync(connection, at).ConfigureAwait(false);
            }
        }
        catch (Exception) when (connection.Gone.IsCancellationRequested)
        {
            // With the connection ends what was done for it, in whichever way.
        }
    }

    /// <returns>When the new token expires; null if there is none, or it does not.</returns>
    private async Task<DateTimeOffset?> RenewAsync(Connection connection, DateTimeOffset expiry)
    {
        for (var attempt = 0; ; attempt++)
        {
            string why;
            try
            {
                var token = await tokens.RenewAsync(connection.Gone).ConfigureAwait(false)
                    ?? throw new InvalidDataException("The TokenProvider gave none.");
                var next = JwtExpiry.Of(token);
                if (next is null || next > expiry)
                {
                    return await SendAsync(connection, token).ConfigureAwait(false) ? next : null;
                }
                why = "The TokenProvider gave one that expires no later.";
            }
            catch (Exception e) when (!connection.Gone.IsCancellationRequested)
            {
                why = e.Message;
            }
            var delay = _delays.Next(attempt);
            ClientLog.TokenNotRenewed(logger, ClientLog.Safe(why), (long)delay.TotalMilliseconds);
            await Task.Delay(delay, options.TimeProvider, connection.Gone).ConfigureAwait(false);
            if (Now >= expiry)
            {
                // The server closes with 4401 now, which has its own way.
                return null;
            }
        }
    }

    /// <returns>False if the connection has to be made anew for it.</returns>
    private async Task<bool> SendAsync(Connection connection, string token)
    {
        try
        {
            await requests.AskAsync(MessageTypes.Auth, id => ClientEnvelope.Write(id, MessageTypes.Auth, new TokenFields(token), ClientWireJson.Default.TokenFields, options.TimeProvider),
                WireJson.Default.AuthOkData, options.RequestTimeout, connection.Gone, isUrgent: true).ConfigureAwait(false);
            ClientLog.TokenRenewed(logger);
            return true;
        }
        catch (GoHubRequestException e) when (e.Code == (int)GoHubErrorCode.Forbidden)
        {
            ClientLog.UserChanged(logger);
            tokens.Keep(token);
            connection.AskToClose(WebSocketCloseStatus.NormalClosure, new ConnectionEnd { IsForNewUser = true, Reason = "The new token is another user's.", Error = e });
            return false;
        }
    }

    private async Task SleepUntilAsync(DateTimeOffset moment, CancellationToken gone)
    {
        for (var wait = moment - Now; wait > TimeSpan.Zero; wait = moment - Now)
        {
            await Task.Delay(wait < LongestSleep ? wait : LongestSleep, options.TimeProvider, gone).ConfigureAwait(false);
        }
    }

    private TimeSpan Lead(TimeSpan life) => life / 4 < options.RefreshBefore ? life / 4 : options.RefreshBefore;
}
