namespace GoHub.MicroBenchmarks;

/// <summary>The dispatch benchmarks in some seconds instead of minutes: CPU time, so that other work on the machine counts little, and the best of several rounds. For use while changing the code.</summary>
internal static class QuickLook
{
    private const int Messages = 200_000;
    private const int Rounds = 25;

    public static async Task RunAsync()
    {
        foreach (var name in DispatchBenchmarks.Names)
        {
            var benchmark = new DispatchBenchmarks { Name = name };
            benchmark.Setup();
            var best = double.MaxValue;
            var bytes = 0L;
            for (var round = 0; round < Rounds; round++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var started = Environment.CpuUsage.TotalTime;
                for (var i = 0; i < Messages; i++)
                {
                    await benchmark.Message();
                }
                best = Math.Min(best, (Environment.CpuUsage.TotalTime - started).TotalNanoseconds / Messages);
                bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Messages;
            }
            Console.WriteLine($"{name,-14} {best,6:0} ns {bytes,6} B a message");
            benchmark.Cleanup();
        }
    }
}
