using System.Diagnostics;

namespace GoHub.IntegrationTests.Hosting;

/// <summary>Waits for a condition until a deadline; the only clock that tests wait by.</summary>
internal static class Eventually
{
    /// <summary>What a test waits at most for something that should come at once. Generous, since two cores run it all.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns as soon as <paramref name="condition"/> holds; throws with <paramref name="what"/> when <paramref name="within"/> is over.</summary>
    public static Task HoldsAsync(string what, Func<bool> condition, TimeSpan? within = null) =>
        HoldsAsync(what, () => Task.FromResult(condition()), within);

    public static async Task HoldsAsync(string what, Func<Task<bool>> condition, TimeSpan? within = null)
    {
        var limit = within ?? Soon;
        var clock = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Pace);
        while (!await condition())
        {
            if (clock.Elapsed > limit)
            {
                throw new TimeoutException($"Not within {limit.TotalSeconds:0.#} s: {what}");
            }
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Lets time pass where the passing itself is what is tested (an expiry, a quiet connection).</summary>
    public static async Task ElapseAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }
}
