using Microsoft.Extensions.Options;

namespace GoHub.Bus;

/// <summary>Which bus a node uses.</summary>
internal static class BusChoice
{
    /// <summary>Whether a node with this <c>GoHub:Cluster:Bus</c> stands alone; <c>noop</c> is the Go original's word.</summary>
    public static bool IsNone(string? bus) =>
        string.IsNullOrEmpty(bus) || bus.Equals("none", StringComparison.OrdinalIgnoreCase) || bus.Equals("noop", StringComparison.OrdinalIgnoreCase);

    /// <summary>The bus of the options, or null.</summary>
    public static IClusterBus? Create(IServiceProvider services, IEnumerable<BusProvider> providers, IOptions<GoHubOptions> options)
    {
        var name = options.Value.Cluster.Bus;
        return IsNone(name) ? null : providers.Last(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Create(services);
    }
}
