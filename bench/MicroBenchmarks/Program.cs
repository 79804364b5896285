using BenchmarkDotNet.Running;
using GoHub.MicroBenchmarks;

// For example: dotnet run -c Release --project bench/MicroBenchmarks -- --filter '*Envelope*' --job short
BenchmarkSwitcher.FromAssembly(typeof(EnvelopeBenchmarks).Assembly).Run(args);
