using System.Globalization;

namespace GoHub.Transport.Http;

/// <summary>Names for connections in logs: short, and different within a process and from its last run.</summary>
internal static class CorrelationId
{
    private static long _last = DateTime.UnixEpoch.Ticks ^ Environment.TickCount64 << 20;

    public static string Next() => Interlocked.Increment(ref _last).ToString("X13", CultureInfo.InvariantCulture);
}
