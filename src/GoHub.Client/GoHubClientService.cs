using Microsoft.Extensions.Hosting;

namespace GoHub.Client;

/// <summary>Starts and stops a client with the host.</summary>
/// <remarks>Owner: the host.</remarks>
internal sealed class GoHubClientService(GoHubClient client) : IHostedService
{
    // The host is not held up by a server that is not there yet; what ends the client for good is in its log and state.
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = client.StartAsync(CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => client.StopAsync(cancellationToken);
}
