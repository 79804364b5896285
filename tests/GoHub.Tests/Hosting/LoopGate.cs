namespace GoHub.Tests.Hosting;

/// <summary>Holds a loop's thread until it is opened, so that what others do meanwhile waits in its inbox.</summary>
internal sealed class LoopGate : IDisposable
{
    private readonly ManualResetEventSlim _open = new();
    private readonly Task _passed;

    private LoopGate(TestLoop loop, ManualResetEventSlim reached) => _passed = loop.RunAsync(() =>
    {
        reached.Set();
        _open.Wait();
    });

    /// <returns>Once the loop stands still.</returns>
    public static LoopGate Close(TestLoop loop)
    {
        using var reached = new ManualResetEventSlim();
        var gate = new LoopGate(loop, reached);
        Assert.True(reached.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), "The loop does not get there.");
        return gate;
    }

    public Task OpenAsync()
    {
        _open.Set();
        return _passed.Soon();
    }

    public void Dispose() => _open.Set();
}
