using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GoHub.Lifetime;

/// <summary>The node's readiness among an app's own health checks.</summary>
internal sealed class NodeHealthCheck(NodeState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(state.IsReady ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus, state.IsDraining ? "draining" : "starting"));
}
