namespace GoHub.Transport.Tests.Hosting;

/// <summary>Something that happens once and that others wait for, with a limit.</summary>
internal sealed class Gate(string what)
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsOpen => _opened.Task.IsCompleted;

    public void Open() => _opened.TrySetResult();

    public async Task PassAsync(TimeSpan? within = null)
    {
        try
        {
            await _opened.Task.WaitAsync(within ?? Eventually.Soon);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Not in time: {what}");
        }
    }
}
