using GoHub.Bus;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.KeyValueStore;

namespace GoHub.Nats.Seats;

/// <summary>The key-value bucket of a cluster's seats: one key for each room with a limit, changed only by compare and set.</summary>
/// <remarks>
/// Entries live in the servers' memory and vanish four leases after their last change, so that the bucket does not grow with rooms that were:
/// nodes with seats renew them much more often. Threads: any.
/// </remarks>
internal sealed class SeatBucket
{
    private const int Memory = 4;
    private const int MaxAttempts = 10;
    private const int AlreadyExists = 10058;
    private const int SubjectsOverlap = 10065;
    private const int NotEnabled = 10076;
    private const int NotEnabledForAccount = 10039;
    private const int NotClustered = 10074;

    /// <summary>Why there is no bucket where JetStream is there and has not answered: it is busy, or looks for a leader. It may be asked again.</summary>
    public const string NoAnswer = "nothing, for too long";

    /// <summary>How long a node waits for JetStream before it goes on without. Less than the time it may take to start.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(50);

    private readonly INatsKVStore _store;

    private SeatBucket(INatsKVStore store) => _store = store;

    /// <summary>Opens the cluster's bucket and makes it if it is not there.</summary>
    public static async Task<SeatBucketResult> OpenAsync(NatsLink link, NatsSettings settings, TimeSpan lease, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var context = new NatsKVContext(new NatsJSContext(link.Connection));
            var config = new NatsKVConfig($"{settings.Namespace}-seats")
            {
                Description = "Seats of rooms with a limit",
                Storage = NatsKVStorageType.Memory,
                NumberOfReplicas = settings.Replicas,
                History = 1,
                MaxAge = lease * Memory,
            };
            return new SeatBucketResult(new SeatBucket(await OpenAsync(context, config, patience.Token).ConfigureAwait(false)), null, null);
        }
        catch (NatsJSApiException e)
        {
            return e.Error.ErrCode switch
            {
                NotEnabled or NotEnabledForAccount => default,
                NotClustered => new SeatBucketResult(null, null, $"{NatsOptionsValidator.Section}:Replicas is {settings.Replicas}, but the NATS server at {link.Server} is no cluster. Set it to 1."),
                _ => new SeatBucketResult(null, e.Error.Description, null),
            };
        }
        catch (Exception e) when (e is NatsNoRespondersException or NatsJSApiNoResponseException)
        {
            return default;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new SeatBucketResult(null, NoAnswer, null);
        }
        catch (Exception e) when (NatsFaults.IsConnection(e) && e is not OperationCanceledException)
        {
            return new SeatBucketResult(null, e.Message, null);
        }
    }

    private static async Task<INatsKVStore> OpenAsync(NatsKVContext context, NatsKVConfig config, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await context.CreateStoreAsync(config, cancellationToken).ConfigureAwait(false);
            }
            catch (NatsJSApiException e) when (e.Error.ErrCode == AlreadyExists)
            {
                // Made with other settings, by another version or by hand: those hold.
                return await context.GetStoreAsync(config.Bucket, cancellationToken).ConfigureAwait(false);
            }
            catch (NatsJSApiException e) when (e.Error.ErrCode == SubjectsOverlap && attempt < MaxAttempts)
            {
                // Another node makes it at this moment: its subjects are taken, and it is not there yet (seen with nats-server 2.9).
                await Task.Delay(Again, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <returns>What is kept for a key and its revision; nothing and 0 if there is none.</returns>
    /// <exception cref="BusException">It could not be read.</exception>
    public async ValueTask<(byte[]? Value, ulong Revision)> ReadAsync(string key, CancellationToken cancellationToken)
    {
        var entry = await _store.TryGetEntryAsync(key, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (entry.Success)
        {
            return (entry.Value.Value, entry.Value.Revision);
        }
        return entry.Error switch
        {
            NatsKVKeyNotFoundException => (null, 0),
            NatsKVKeyDeletedException deleted => (null, deleted.Revision),
            var error => throw new BusException("The seats cannot be read.", error),
        };
    }

    /// <summary>Writes if nobody has written since; without a value it clears the key.</summary>
    /// <returns>False if somebody has.</returns>
    /// <exception cref="BusException">It could not be written, or whether it was is not known.</exception>
    public async ValueTask<bool> TryWriteAsync(string key, byte[]? value, ulong revision, CancellationToken cancellationToken)
    {
        Exception? error;
        if (value is not null)
        {
            var written = await _store.TryUpdateAsync(key, value, revision, NatsRawSerializer<byte[]>.Default, cancellationToken).ConfigureAwait(false);
            error = written.Success ? null : written.Error;
        }
        else
        {
            var cleared = await _store.TryPurgeAsync(key, new NatsKVDeleteOpts { Revision = revision }, cancellationToken).ConfigureAwait(false);
            error = cleared.Success ? null : cleared.Error;
        }
        return error switch
        {
            null => true,
            NatsKVWrongLastRevisionException => false,
            _ => throw new BusException("The seats cannot be written.", error),
        };
    }
}

/// <summary>What became of opening the bucket; nothing at all where the account has no JetStream.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Why">What JetStream said instead.</param>
/// <param name="Refusal">A mistake in the options, as a sentence.</param>
internal readonly record struct SeatBucketResult(SeatBucket? Bucket, string? Why, string? Refusal);
