using System.Diagnostics.Metrics;

namespace GoHub.Tests.Hosting;

/// <summary>Makes meters that nobody else sees.</summary>
internal sealed class Meters : IMeterFactory
{
    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
