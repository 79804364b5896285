using System.Collections;
using GoHub.Lifetime;

namespace GoHub.Server.Configuration;

/// <summary>The <c>GOHUB_*</c> variables of the Go original (configs/config.go) as settings of ours.</summary>
internal sealed class OriginalEnvironmentSource : ConfigurationProvider, IConfigurationSource
{
    private const string Prefix = "GOHUB_";

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public override void Load()
    {
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable is { Key: string name, Value: string value } && name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
                && Translate(name[Prefix.Length..].ToUpperInvariant(), value) is var (key, translated))
            {
                Data[key] = translated;
            }
        }
        LoadBus();
        // Who turns authentication on there and says no more about it does not mean an open server.
        if (bool.TryParse(Environment.GetEnvironmentVariable(Prefix + "AUTH_ENABLED"), out var enabled) && enabled)
        {
            Data.TryAdd("GoHub:Auth:AllowAnonymous", "false");
        }
    }

    /// <summary>What takes more than one variable, or makes more than one setting.</summary>
    private void LoadBus()
    {
        if (bool.TryParse(Read("CLUSTER_ENABLED"), out var enabled) && !enabled)
        {
            Data["GoHub:Cluster:Bus"] = "none";
        }
        var urls = Read("CLUSTER_NATS_URLS")?.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries) ?? [];
        for (var i = 0; i < urls.Length; i++)
        {
            Data[$"GoHub:Cluster:Nats:Urls:{i}"] = urls[i];
        }
        if (Read("CLUSTER_REDIS_ADDRS") is { } addresses)
        {
            string?[] parts =
            [
                .. addresses.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries),
                Read("CLUSTER_REDIS_PASSWORD") is { } password ? $"password={password}" : null,
                Read("CLUSTER_REDIS_DB") is { } database ? $"defaultDatabase={database}" : null,
            ];
            Data["GoHub:Cluster:Redis:Configuration"] = string.Join(',', parts.Where(p => p is not null));
        }
    }

    private static string? Read(string name) => Environment.GetEnvironmentVariable(Prefix + name) is { Length: > 0 } value ? value : null;

    internal static (string Key, string Value)? Translate(string name, string value) => name switch
    {
        "SERVER_ADDR" => ("urls", "http://" + (value.StartsWith(':') ? "*" + value : value)),
        "SERVER_HUB_READ_TIMEOUT" => ("GoHub:IdleTimeout", Duration(name, value)),
        "SERVER_HUB_WRITE_TIMEOUT" => ("GoHub:WriteTimeout", Duration(name, value)),
        "SERVER_HUB_MESSAGE_BUFFER_CAP" => ("GoHub:SendQueue:MaxMessages", value),
        "CLUSTER_BUS_TYPE" => ("GoHub:Cluster:Bus", value),
        "CLUSTER_NATS_NAME" => ("GoHub:Cluster:Nats:Name", value),
        "CLUSTER_NATS_USERNAME" => ("GoHub:Cluster:Nats:Username", value),
        "CLUSTER_NATS_PASSWORD" => ("GoHub:Cluster:Nats:Password", value),
        "CLUSTER_NATS_TOKEN" => ("GoHub:Cluster:Nats:Token", value),
        "CLUSTER_REDIS_KEY_PREFIX" => ("GoHub:Cluster:Redis:KeyPrefix", value),
        "AUTH_SECRET_KEY" => ("GoHub:Auth:Jwt:SecretKey", value),
        "AUTH_ISSUER" => ("GoHub:Auth:Jwt:Issuer", value),
        "AUTH_ALLOW_ANONYMOUS" => ("GoHub:Auth:AllowAnonymous", value),
        "LOG_LEVEL" => ("Logging:LogLevel:Default", value.ToUpperInvariant() switch
        {
            "DEBUG" => "Debug",
            "INFO" => "Information",
            "WARN" => "Warning",
            "ERROR" => "Error",
            _ => value,
        }),
        "LOG_FORMAT" => ("Logging:Console:FormatterName", value.Equals("json", StringComparison.OrdinalIgnoreCase) ? "json" : "simple"),
        _ => null,
    };

    private static string Duration(string name, string value) => GoDuration.TryParse(value, out var duration)
        ? duration.ToString("c", null)
        : throw new StartupException($"{Prefix}{name} is '{value}'. Set it to a duration such as 60s or 1m30s.");
}
