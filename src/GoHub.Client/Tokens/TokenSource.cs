namespace GoHub.Client.Tokens;

/// <summary>Where tokens come from.</summary>
/// <remarks>Owner: <see cref="Connecting.ConnectLoop"/>, whose attempts and whose refreshing never ask at once. Threads: one at a time.</remarks>
internal sealed class TokenSource(GoHubClientOptions options)
{
    private string? _kept;

    public bool CanRenew => options.TokenProvider is not null;

    /// <summary>The token for the next attempt: the one that was kept for it, or a new one.</summary>
    public ValueTask<string?> ForConnectAsync(CancellationToken cancellationToken)
    {
        if (_kept is { } kept)
        {
            _kept = null;
            return ValueTask.FromResult<string?>(kept);
        }
        return options.TokenProvider is null ? ValueTask.FromResult(options.Token) : RenewAsync(cancellationToken);
    }

    /// <summary>Asks for a new token.</summary>
    /// <exception cref="InvalidDataException">What came cannot be a token.</exception>
    public async ValueTask<string?> RenewAsync(CancellationToken cancellationToken)
    {
        // Waited for apart, so that a provider that does not look at its token cannot hold up a stop.
        var token = await options.TokenProvider!(cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        if (token is not null && !GoHubClientOptionsValidator.IsHeaderText(token))
        {
            throw new InvalidDataException("The TokenProvider gave an empty token, or one with a character that no token has.");
        }
        return token;
    }

    /// <summary>Uses this token for the next attempt.</summary>
    public void Keep(string token) => _kept = token;
}
