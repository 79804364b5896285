using Microsoft.Extensions.Options;

namespace GoHub.Redis;

/// <summary>Checks <c>GoHub:Cluster:Redis</c> at start-up, if Redis is the bus.</summary>
internal sealed class RedisOptionsValidator : IValidateOptions<GoHubOptions>
{
    public ValidateOptionsResult Validate(string? name, GoHubOptions options)
    {
        if (!string.Equals(options.Cluster.Bus, RedisBus.BusName, StringComparison.OrdinalIgnoreCase))
        {
            return ValidateOptionsResult.Skip;
        }
        var redis = options.Cluster.Redis;
        List<string> problems = [];
        if (!RedisSettings.CanParse(redis.Configuration))
        {
            // Neither the value nor the parser's message: both may hold the password.
            problems.Add($"{RedisSettings.ConfigurationKey} cannot be read. Set it to a host and options with commas between, such as localhost:6379,user=gohub,password=…,ssl=true.");
        }
        if (redis.KeyPrefix is null || redis.KeyPrefix.Any(char.IsControl))
        {
            problems.Add($"{RedisSettings.Section}:KeyPrefix is missing or holds a control character. Set it to plain text such as gohub:, or to an empty one.");
        }
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
