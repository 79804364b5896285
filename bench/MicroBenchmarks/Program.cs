using BenchmarkDotNet.Running;
using GoHub.MicroBenchmarks;

// For example: ./build.sh bench micro --filter '*Envelope*' --job short
// or, for a quick look at the dispatch alone: ./build.sh bench micro quick
if (args is ["quick"])
{
    await QuickLook.RunAsync();
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(EnvelopeBenchmarks).Assembly).Run(args);
}
