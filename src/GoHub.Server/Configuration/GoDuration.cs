using System.Buffers;
using System.Globalization;

namespace GoHub.Server.Configuration;

/// <summary>Durations as Go writes them (<c>1h30m</c>, <c>60s</c>, <c>250ms</c>), days besides, or as .NET does (<c>00:01:00</c>).</summary>
internal static class GoDuration
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration);
        }
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !double.TryParse(rest[..digits], CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }
            rest = rest[digits..];
            var letters = rest.IndexOfAny(Digits);
            var unit = letters < 0 ? rest : rest[..letters];
            rest = rest[unit.Length..];
            var seconds = unit switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3600, "d" => 86400, _ => double.NaN };
            if (double.IsNaN(seconds) || number * seconds > TimeSpan.MaxValue.TotalSeconds / 2)
            {
                return false;
            }
            duration += TimeSpan.FromSeconds(number * seconds);
        }
        return text.Length > 0;
    }
}
