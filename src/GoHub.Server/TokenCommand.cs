using System.CommandLine;
using GoHub.Lifetime;
using GoHub.Server.Configuration;
using Microsoft.Extensions.Options;

namespace GoHub.Server;

/// <summary><c>token</c>: prints a JWT for the configured key.</summary>
internal static class TokenCommand
{
    private static readonly Option<string> User = new("--user") { Description = "The user id.", Required = true };
    private static readonly Option<string?> Name = new("--name") { Description = "The user's name." };
    private static readonly Option<string> Expires = new("--expires") { Description = "How long it lasts: 30m, 1h, 7d.", DefaultValueFactory = _ => "1h" };
    private static readonly Option<string[]> Permissions = new("--permissions")
    {
        Description = "What the user may do, with commas between: join:room,send:message or join:room:team-*.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    public static async Task<int> RunAsync(string[] args)
    {
        var (own, settings) = Split(args);
        var command = new RootCommand("Prints a token for the key in GoHub:Auth:Jwt:SecretKey. Settings may follow, as in --GoHub:Auth:Jwt:SecretKey=…") { User, Name, Permissions, Expires };
        command.SetAction(parsed => Print(parsed, settings));
        var exit = 0;
        var failed = await StartupFailure.GuardAsync(async () =>
            exit = await command.Parse(own).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }));
        return failed == 0 ? exit : failed;
    }

    private static void Print(ParseResult parsed, string[] settings)
    {
        if (!GoDuration.TryParse(parsed.GetRequiredValue(Expires), out var lasts) || lasts <= TimeSpan.Zero)
        {
            throw new StartupException($"--expires is '{parsed.GetValue(Expires)}'. Write a duration such as 30m, 1h or 7d.");
        }
        var builder = ServerConfiguration.CreateBuilder(settings);
        builder.Services.AddGoHub().AddNatsProvider().AddRedisProvider();
        using var services = builder.Services.BuildServiceProvider();
        if (services.GetRequiredService<IOptions<GoHubOptions>>().Value.Auth.Jwt.SecretKey is null)
        {
            throw new StartupException("There is no key to sign with. Set GoHub:Auth:Jwt:SecretKey to a random secret of at least 32 bytes, as in GoHub__Auth__Jwt__SecretKey=….");
        }
        var grants = parsed.GetRequiredValue(Permissions).SelectMany(p => p.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Console.WriteLine(services.GetRequiredService<IGoHubTokens>().Create(parsed.GetRequiredValue(User), grants, lasts, parsed.GetValue(Name)));
    }

    /// <summary>Settings of the configuration have a colon in their name, which the parser would take for its own <c>--option:value</c>.</summary>
    private static (string[] Own, string[] Settings) Split(string[] args)
    {
        List<string> own = [], settings = [];
        for (var i = 0; i < args.Length; i++)
        {
            var isSetting = args[i].StartsWith("--", StringComparison.Ordinal) && args[i].Split('=')[0].Contains(':', StringComparison.Ordinal);
            (isSetting ? settings : own).Add(args[i]);
            if (isSetting && !args[i].Contains('=', StringComparison.Ordinal) && i + 1 < args.Length)
            {
                settings.Add(args[++i]);
            }
        }
        return ([.. own], [.. settings]);
    }
}
