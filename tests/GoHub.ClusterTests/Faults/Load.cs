namespace GoHub.ClusterTests.Faults;

/// <summary>Clients that keep sending numbered messages to their rooms.</summary>
/// <remarks>Owner: the test. Disposing ends it.</remarks>
internal sealed class Load : IAsyncDisposable
{
    /// <summary>Between two messages of one client.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _over = new();
    private readonly List<Task> _clients = [];

    /// <summary>Another client sends, to each of its rooms in turn.</summary>
    public void Add(RecordingClient client, params string[] rooms) => _clients.Add(PublishAsync(client, rooms));

    public async Task StopAsync()
    {
        await _over.CancelAsync();
        await Task.WhenAll(_clients);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _over.Dispose();
    }

    private async Task PublishAsync(RecordingClient client, string[] rooms)
    {
        using var timer = new PeriodicTimer(Pace);
        try
        {
            for (var turn = 0; await timer.WaitForNextTickAsync(_over.Token); turn++)
            {
                await client.PublishAsync(rooms[turn % rooms.Length]);
            }
        }
        catch (OperationCanceledException)
        {
            // That was all.
        }
    }
}
