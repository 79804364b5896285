using GoHub.Connections;
using GoHub.Diagnostics;
using GoHub.Events;
using GoHub.Protocol;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GoHub.Lifetime;

/// <summary>Says goodbye before the web server stops: not ready at once, connections closed at a steady rate, done when all are gone.</summary>
/// <remarks>Owner of <see cref="NodeState"/>. Runs in the stopping phase, while the server still answers, so that a load balancer sees the 503.</remarks>
internal sealed class Drain(
    IOptions<GoHubOptions> options, NodeState state, ConnectionRegistry registry, GoHubEvents events, TimeProvider time, ILogger<Drain> logger)
    : IHostedLifecycleService
{
    private const int TicksPerSecond = 20;

    // Clients come back to other nodes within this; the closing itself is spread by the rate already.
    private const int MaxReconnectMs = 1000;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1) / TicksPerSecond;
    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EventsTimeout = TimeSpan.FromSeconds(2);

    private readonly GoHubDrainOptions _options = options.Value.Drain;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        state.Started();
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.Drain();
        if (registry.Count > 0)
        {
            Log.DrainStarted(logger, registry.Count, _options.Rate);
        }
        using var timeout = new CancellationTokenSource(_options.Timeout, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await CloseAllAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The deadline: whoever is left is cut off.
        }
        await CutOffAsync(cancellationToken).ConfigureAwait(false);
        Log.DrainEnded(logger, registry.Count);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await events.CompleteAsync().WaitAsync(EventsTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // A subscriber that does not end must not keep the node from stopping.
            Log.SubscriberTooSlow(logger, "the last events");
        }
    }

    private async Task CloseAllAsync(CancellationToken deadline)
    {
        var credit = 1.0;
        // Again and again: who was being accepted when the drain began comes late.
        while (registry.Count > 0)
        {
            foreach (var connection in registry.All.Where(c => c.TryBeginDrain()))
            {
                for (; credit < 1; credit += (double)_options.Rate / TicksPerSecond)
                {
                    await Task.Delay(Tick, time, deadline).ConfigureAwait(false);
                }
                credit--;
                SayGoodbye(connection);
            }
            await Task.Delay(Tick, time, deadline).ConfigureAwait(false);
        }
    }

    /// <summary>Whoever is left is told, gets a moment to hear it, and is dropped.</summary>
    private async Task CutOffAsync(CancellationToken cancellationToken)
    {
        foreach (var connection in registry.All)
        {
            connection.Close(GoHubCloseCode.ServiceRestart, "restart");
        }
        for (var waited = TimeSpan.Zero; registry.Count > 0 && waited < LastMoment && !cancellationToken.IsCancellationRequested; waited += Tick)
        {
            await Task.Delay(Tick, time, CancellationToken.None).ConfigureAwait(false);
        }
        foreach (var connection in registry.All)
        {
            connection.Abort();
        }
    }

    private static void SayGoodbye(GoHubConnection connection)
    {
        var wait = Random.Shared.Next(MaxReconnectMs);
        if (connection.WantsNotices)
        {
            connection.Reply(MessageTypes.Reconnect, new ReconnectData(wait, "restart"), WireJson.Default.ReconnectData, default);
        }
        connection.Close(GoHubCloseCode.ServiceRestart, $"restart, reconnect in {wait} ms");
    }
}
