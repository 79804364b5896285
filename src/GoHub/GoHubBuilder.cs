using GoHub;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Says more about the hub that <c>AddGoHub</c> registers.</summary>
public sealed class GoHubBuilder
{
    internal GoHubBuilder(IServiceCollection services) => Services = services;

    /// <summary>The app's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Sets how tokens are checked; on top of the <c>GoHub:Auth:Jwt</c> section.</summary>
    public GoHubBuilder AddJwt(Action<GoHubJwtOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.Configure<GoHubOptions>(options => configure(options.Auth.Jwt));
        return this;
    }
}
