using GoHub.Diagnostics;
using GoHub.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace GoHub.Endpoints;

/// <summary><c>/metrics</c> in Prometheus text: this node's meter and no other, so that two nodes in a process do not mix and an app's own OpenTelemetry stays its own.</summary>
/// <remarks>Owner of the meter provider. It is made when <c>/metrics</c> is mapped: an app that does not map it pays nothing.</remarks>
internal sealed class MetricsEndpoint(GoHubMetrics metrics, TransportMetrics? transport = null) : IDisposable
{
    private MeterProvider? _provider;

    public void Map(IEndpointRouteBuilder endpoints, string path)
    {
        _provider ??= Sdk.CreateMeterProviderBuilder()
            .AddMeter(GoHubMetrics.MeterName)
            .AddMeter(TransportMetrics.MeterName)
            .AddView(instrument => instrument.Meter == metrics.Meter || instrument.Meter == transport?.Meter ? null : MetricStreamConfiguration.Drop)
            .AddPrometheusExporter(exporter =>
            {
                // The names are the instruments' own, the Go original's among them; each scrape sees the moment.
                exporter.DisableTotalNameSuffixForCounters = true;
                exporter.ScopeInfoEnabled = false;
                exporter.TargetInfoEnabled = false;
                exporter.ScrapeResponseCacheDurationMilliseconds = 0;
            })
            .Build();
        endpoints.MapPrometheusScrapingEndpoint(path, _provider, configureBranchedPipeline: null, optionsName: null);
    }

    public void Dispose() => _provider?.Dispose();
}
