using GoHub.Bus;
using Microsoft.Extensions.Logging;

namespace GoHub.Nats;

/// <summary>Finds a server: goes through those of the options and those that servers have told of, each time in another order.</summary>
/// <remarks>Owner of what was told. Threads: one at a time.</remarks>
internal sealed class NatsDialer(NatsSettings settings, IBusReceiver receiver, ILogger logger)
{
    /// <summary>Longest wait before the first attempt; each later one may wait twice as long, up to <see cref="MaxWait"/>. Source: cluster design §1.7.</summary>
    private static readonly TimeSpan MinWait = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    private readonly HashSet<NatsServerAddress> _discovered = [];
    private TimeSpan _wait = MinWait;

    /// <summary>How long to wait before the next attempt: anything up to a limit that doubles, so that nodes that lost the same server do not return at once.</summary>
    public TimeSpan NextWait()
    {
        var wait = _wait * Random.Shared.NextDouble();
        _wait = _wait * 2 < MaxWait ? _wait * 2 : MaxWait;
        return wait;
    }

    /// <summary>The connection holds: the next loss begins with the shortest wait.</summary>
    public void Settle() => _wait = MinWait;

    /// <summary>Tries each server once.</summary>
    public async Task<DialResult> DialAsync(CancellationToken cancellationToken)
    {
        string? refusal = null;
        string? fault = null;
        var configured = settings.Servers.ToArray();
        var others = _discovered.Except(configured).ToArray();
        Random.Shared.Shuffle(configured);
        Random.Shared.Shuffle(others);
        foreach (var server in configured.Concat(others))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var link = new NatsLink(settings, server, receiver, logger);
            try
            {
                await link.ConnectAsync(cancellationToken).ConfigureAwait(false);
                foreach (var told in link.Connection.ServerInfo?.ClientConnectUrls ?? [])
                {
                    if (NatsSettings.Discovered(told, server) is { } other)
                    {
                        _discovered.Add(other);
                    }
                }
                return new DialResult(link, null, "");
            }
            catch (Exception e) when (IsFailure(e))
            {
                refusal ??= NatsRefusal.Explain(e, link, settings);
                fault = $"{server}: {e.GetBaseException().Message.TrimEnd('.')}";
                await link.DisposeAsync().ConfigureAwait(false);
            }
        }
        return new DialResult(null, refusal, fault ?? "no server");
    }

    // A file may be gone, or something else, since the options were checked.
    private static bool IsFailure(Exception e) =>
        NatsFaults.IsConnection(e) || e is NATS.NKeys.NKeysException or System.Security.Cryptography.CryptographicException or System.Security.Authentication.AuthenticationException or ArgumentException or UnauthorizedAccessException;
}

/// <summary>What became of an attempt at all servers.</summary>
/// <param name="Link">The connection, or null.</param>
/// <param name="Refusal">Why a server refuses this node whatever it does; null if none does.</param>
/// <param name="Fault">What else happened, for the log.</param>
internal readonly record struct DialResult(NatsLink? Link, string? Refusal, string Fault);
