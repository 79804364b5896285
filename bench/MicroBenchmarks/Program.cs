using BenchmarkDotNet.Running;
using GoHub.MicroBenchmarks;

// For example: dotnet run -c Release --project bench/MicroBenchmarks -- --filter '*Envelope*' --job short
// or, for a quick look at the dispatch alone: dotnet run -c Release --project bench/MicroBenchmarks -- quick
if (args is ["quick"])
{
    await QuickLook.RunAsync();
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(EnvelopeBenchmarks).Assembly).Run(args);
}
