using System.Globalization;
using GoHub.Bus;
using StackExchange.Redis;

namespace GoHub.Redis;

/// <summary>Seats kept by one script in Redis, by Redis' clock.</summary>
/// <remarks>
/// One hash per room: the room's true name, and per node <c>held:until</c>. The room's encoded name is the key's hash tag.
/// The key expires with its last hold. Threads: any.
/// </remarks>
internal sealed class RedisSeats(Func<RedisLink?> link, RedisSettings settings, TimeSpan lease) : ISeatStore
{
    private const string Script = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local room, node, wanted, capacity, lease = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
        local fields = redis.call('HGETALL', KEYS[1])
        local others, last, had = 0, 0, false
        for i = 1, #fields, 2 do
          local field, value = fields[i], fields[i + 1]
          if field == 'room' then
            if value ~= room then return -1 end
          elseif field == node then
            had = true
          else
            local colon = string.find(value, ':', 1, true)
            local ends = tonumber(string.sub(value, colon + 1))
            if ends <= now then
              redis.call('HDEL', KEYS[1], field)
            else
              others = others + tonumber(string.sub(value, 1, colon - 1))
              if ends > last then last = ends end
            end
          end
        end
        local held = math.max(0, math.min(wanted, capacity - others))
        if held > 0 then
          redis.call('HSET', KEYS[1], 'room', room, node, string.format('%d:%.0f', held, now + lease))
          if now + lease > last then last = now + lease end
        elseif had then
          redis.call('HDEL', KEYS[1], node)
        end
        if last == 0 then
          redis.call('DEL', KEYS[1])
        else
          redis.call('PEXPIRE', KEYS[1], string.format('%.0f', last - now))
        end
        return held
        """;

    public TimeSpan Lease => lease;

    public async ValueTask<int> HoldAsync(string room, ulong node, int wanted, int capacity, CancellationToken cancellationToken)
    {
        var database = link()?.Database ?? throw new BusException("Redis is not connected.");
        RedisKey[] keys = [$"{settings.KeyPrefix}{{{BusSubjects.Encode(room)}}}:s"];
        RedisValue[] values = [room, node.ToString("x16", CultureInfo.InvariantCulture), wanted, capacity, (long)Lease.TotalMilliseconds];
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
