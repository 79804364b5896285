namespace GoHub.IdleCost;

/// <summary>What the process holds once everything that is garbage is gone. Unit: bytes.</summary>
internal readonly record struct Footprint(long Heap, long Resident)
{
    public static Footprint Take()
    {
        // Twice, since what has a finalizer survives the first.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return new(GC.GetTotalMemory(forceFullCollection: false), Environment.WorkingSet);
    }

    public Footprint Since(Footprint earlier) => new(Heap - earlier.Heap, Resident - earlier.Resident);
}
