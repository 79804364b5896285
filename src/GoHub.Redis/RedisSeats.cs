using System.Globalization;
using GoHub.Bus;
using StackExchange.Redis;

namespace GoHub.Redis;

/// <summary>Seats kept by one script in Redis, by Redis' clock.</summary>
/// <remarks>
/// One hash per room: the room's true name, and per node <c>held:until:order</c>. The room's encoded name is the key's hash tag.
/// The key expires with its last hold. A call that was given up may still arrive after a later one, by another connection: the order says
/// that it no longer counts. Threads: any.
/// </remarks>
internal sealed class RedisSeats(Func<RedisLink?> link, RedisSettings settings, TimeSpan lease) : ISeatStore
{
    private const string Script = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local room, node, wanted, capacity, lease, order = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
        local fields = redis.call('HGETALL', KEYS[1])
        local others, last = 0, now + lease
        for i = 1, #fields, 2 do
          local field, value = fields[i], fields[i + 1]
          if field == 'room' then
            if value ~= room then return -1 end
          else
            local held, ends, number = string.match(value, '^(%d+):(%d+):(%d+)$')
            if field == node then
              if tonumber(number) > order then return tonumber(held) end
            elseif tonumber(ends) <= now then
              redis.call('HDEL', KEYS[1], field)
            else
              others = others + tonumber(held)
              last = math.max(last, tonumber(ends))
            end
          end
        end
        local held = math.max(0, math.min(wanted, capacity - others))
        redis.call('HSET', KEYS[1], 'room', room, node, string.format('%d:%.0f:%.0f', held, now + lease, order))
        redis.call('PEXPIRE', KEYS[1], string.format('%.0f', last - now))
        return held
        """;

    private long _order;

    public TimeSpan Lease => lease;

    public async ValueTask<int> HoldAsync(string room, ulong node, int wanted, int capacity, CancellationToken cancellationToken)
    {
        var database = link()?.Database ?? throw new BusException("Redis is not connected.");
        RedisKey[] keys = [$"{settings.KeyPrefix}{{{BusSubjects.Encode(room)}}}:s"];
        RedisValue[] values = [room, node.ToString("x16", CultureInfo.InvariantCulture), wanted, capacity, (long)Lease.TotalMilliseconds, Interlocked.Increment(ref _order)];
        int held;
        try
        {
            // The library sends the script's hash, and the script itself to a server that does not know it.
            held = (int)await database.ScriptEvaluateAsync(Script, keys, values, CommandFlags.DemandMaster).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (RedisLink.IsFault(e) && !cancellationToken.IsCancellationRequested)
        {
            throw new BusException($"Redis has not said how many seats there are: {RedisRefusal.Reason(e)}", e);
        }
        return held >= 0 ? held : throw new BusException("Two rooms have the same key in Redis. Rename one of them.");
    }
}
