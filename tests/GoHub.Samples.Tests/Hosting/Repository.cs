using System.Reflection;

namespace GoHub.Samples.Tests.Hosting;

/// <summary>Where things are in the checkout these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Metadata("Repository"));

    public static string Samples { get; } = Path.Combine(Root, "samples");

    /// <summary>Where a sample was built to, with its appsettings.json.</summary>
    public static string Output(string sample) => Path.Combine(Samples, sample, Metadata("SampleOutput"));

    private static string Metadata(string key) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
