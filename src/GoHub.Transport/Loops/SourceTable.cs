namespace GoHub.Transport.Loops;

/// <summary>The sources of one loop by number. A number is used again, with another generation, so that an event that was fetched before its descriptor was closed finds nobody.</summary>
/// <remarks>Owner: the loop's thread.</remarks>
internal sealed class SourceTable
{
    private ILoopSource?[] _sources = new ILoopSource?[64];
    private uint[] _generations = new uint[64];
    private readonly Stack<int> _free = new();
    private int _used;

    /// <returns>The key that <see cref="Find"/> takes.</returns>
    public ulong Add(ILoopSource source)
    {
        if (!_free.TryPop(out var slot))
        {
            slot = _used++;
            if (slot == _sources.Length)
            {
                Array.Resize(ref _sources, slot * 2);
                Array.Resize(ref _generations, slot * 2);
            }
        }
        _sources[slot] = source;
        source.Slot = slot;
        return ((ulong)_generations[slot] << 32) | (uint)slot;
    }

    public ILoopSource? Find(ulong key)
    {
        var slot = (uint)key;
        return slot < (uint)_sources.Length && _generations[slot] == (uint)(key >> 32) ? _sources[slot] : null;
    }

    public void Replace(ILoopSource old, ILoopSource source)
    {
        source.Slot = old.Slot;
        _sources[old.Slot] = source;
        old.Slot = -1;
    }

    public void Remove(ILoopSource source)
    {
        var slot = source.Slot;
        if (slot < 0)
        {
            return;
        }
        source.Slot = -1;
        _sources[slot] = null;
        _generations[slot]++;
        _free.Push(slot);
    }

    public List<ILoopSource> TakeAll()
    {
        List<ILoopSource> all = [.. _sources.OfType<ILoopSource>()];
        all.ForEach(Remove);
        return all;
    }
}
