using GoHub.Bus;

namespace GoHub.Nats.Seats;

/// <summary>Seats in JetStream: each change is a compare and set of the room's record, so that all nodes together never hold more than the room has.</summary>
/// <remarks>Owner of the stamps and of what it has seen. Threads: any.</remarks>
internal sealed class NatsSeats(TimeProvider time) : ISeatStore
{
    /// <summary>Source: cluster design §1.5.</summary>
    public static readonly TimeSpan DefaultLease = TimeSpan.FromSeconds(15);

    /// <summary>So often a change that another one forestalled is tried again; then the room is too busy. Source: cluster design §1.5.</summary>
    private const int MaxRetries = 8;

    /// <summary>Longest wait before the first retry; it doubles. Unit: milliseconds.</summary>
    private const int FirstWait = 4;

    private readonly Lock _gate = new();
    private SeatSightings? _sightings;
    private volatile SeatBucket? _bucket;
    private ulong _stamp;

    public TimeSpan Lease { get; init; } = DefaultLease;

    private SeatSightings Sightings
    {
        get
        {
            lock (_gate)
            {
                return _sightings ??= new SeatSightings(time, Lease);
            }
        }
    }

    /// <summary>Uses the bucket of a new connection.</summary>
    public void Use(SeatBucket bucket) => _bucket = bucket;

    public async ValueTask<int> HoldAsync(string room, ulong node, int wanted, int capacity, CancellationToken cancellationToken)
    {
        var key = Key(room);
        for (var retry = 0; retry <= MaxRetries; retry++)
        {
            if (retry > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * (FirstWait << retry)), cancellationToken).ConfigureAwait(false);
            }
            try
            {
                if (await TryHoldAsync(room, key, node, wanted, capacity, cancellationToken).ConfigureAwait(false) is { } held)
                {
                    return held;
                }
            }
            catch (Exception e) when (NatsFaults.IsConnection(e) && !cancellationToken.IsCancellationRequested)
            {
                throw new BusException("The seats cannot be reached.", e);
            }
        }
        throw new BusException($"The seats of a room change too often: {MaxRetries} retries.");
    }

    /// <returns>Null if somebody else was faster.</returns>
    private async ValueTask<int?> TryHoldAsync(string room, string key, ulong node, int wanted, int capacity, CancellationToken cancellationToken)
    {
        var bucket = _bucket ?? throw new BusException("The seats cannot be reached.");
        var (value, revision) = await bucket.ReadAsync(key, cancellationToken).ConfigureAwait(false);
        var before = Read(room, value);
        var others = Sightings.Others(room, before, node);
        var held = Math.Clamp(wanted, 0, Math.Max(0, capacity - others.Sum(static h => h.Held)));
        if (held == 0 && others.Count == before.Count)
        {
            return 0; // Nothing held before, nothing to give back, nobody to clear away.
        }
        IReadOnlyList<SeatHold> after = held == 0 ? others : [.. others, new SeatHold(node, held, Interlocked.Increment(ref _stamp))];
        var record = after.Count == 0 ? null : new SeatRecord(room, after).Write();
        if (!await bucket.TryWriteAsync(key, record, revision, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }
        Sightings.Wrote(room, after);
        return held;
    }

    private static IReadOnlyList<SeatHold> Read(string room, byte[]? value)
    {
        if (value is null or [])
        {
            return [];
        }
        if (!SeatRecord.TryRead(value, out var record))
        {
            throw new BusException("The seats of a room are kept in a form that this version does not know.");
        }
        return record.Room == room ? record.Holds : throw new BusException("Two rooms' names have the same key.");
    }

    // '~' marks a hash in subjects, but is no character of a key; '=' is, and no plain name has one.
    private static string Key(string room) => BusSubjects.Encode(room).Replace('~', '=');
}
