namespace GoHub.IntegrationTests.Hosting;

/// <summary>A server with options of its own, for all tests of one class: derive a fixture that names them.</summary>
public abstract class OwnServer(params string[] options) : IAsyncLifetime
{
    private ServerProcess? _process;

    internal ServerProcess Process => _process ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => _process = await ServerProcess.StartAsync(options);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await (_process?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}
