namespace GoHub.Samples.Tests.Hosting;

/// <summary>What a process has printed, to be waited for line by line.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class OutputLines
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _more = New();

    public void Add(string? line)
    {
        if (line is null)
        {
            return;
        }
        TaskCompletionSource more;
        lock (_gate)
        {
            _lines.Add(line);
            (more, _more) = (_more, New());
        }
        more.SetResult();
    }

    /// <summary>The first line, printed already or yet to come, that contains <paramref name="text"/>.</summary>
    public async Task<string> FirstAsync(string text, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (_lines.Find(l => l.Contains(text, StringComparison.Ordinal)) is { } line)
                {
                    return line;
                }
                more = _more.Task;
            }
            await more.WaitAsync(cancellationToken);
        }
    }

    public override string ToString()
    {
        lock (_gate)
        {
            return string.Join('\n', _lines);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
