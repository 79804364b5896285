namespace GoHub.Diagnostics;

/// <summary>How many messages came and went. Each loop counts on a page of its own, since an interlocked add costs as much as reading a small frame.</summary>
/// <remarks>Owner of a page: the loop's thread. Threads: any; a read may be a moment old.</remarks>
internal sealed class MessageCounts
{
    [ThreadStatic]
    private static Page? _page;

    private readonly Page _shared;
    private volatile Page[] _pages;

    public MessageCounts()
    {
        _shared = new Page(this);
        _pages = [_shared];
    }

    public long Received => _pages.Sum(static page => Volatile.Read(ref page.Received));

    public long Sent => _pages.Sum(static page => Volatile.Read(ref page.Sent));

    /// <summary>Gives this thread a page of its own. For threads that live as long as the node.</summary>
    public void CountApart()
    {
        _page = new Page(this);
        lock (_shared)
        {
            _pages = [.. _pages, _page];
        }
    }

    public void AddReceived()
    {
        if (_page is { } page && ReferenceEquals(page.Of, this))
        {
            page.Received++;
        }
        else
        {
            Interlocked.Increment(ref _shared.Received);
        }
    }

    public void AddSent(int count)
    {
        if (_page is { } page && ReferenceEquals(page.Of, this))
        {
            page.Sent += count;
        }
        else
        {
            Interlocked.Add(ref _shared.Sent, count);
        }
    }

    private sealed class Page(MessageCounts of)
    {
        public long Received;
        public long Sent;

        public MessageCounts Of => of;
    }
}
