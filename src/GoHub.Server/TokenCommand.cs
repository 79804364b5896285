using System.CommandLine;
using GoHub.Lifetime;
using GoHub.Server.Configuration;

namespace GoHub.Server;

/// <summary><c>token</c>: prints a JWT for the configured key.</summary>
internal static class TokenCommand
{
    public static Task<int> RunAsync(string[] args)
    {
        var user = new Option<string>("--user") { Description = "The user id.", Required = true };
        var name = new Option<string?>("--name") { Description = "The user's name." };
        var permissions = new Option<string[]>("--permissions")
        {
            Description = "What the user may do, with commas between: join:room,send:message or join:room:team-*.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        var expires = new Option<string>("--expires") { Description = "How long it lasts: 30m, 1h, 7d.", DefaultValueFactory = _ => "1h" };
        var command = new RootCommand("Prints a token for the key in GoHub:Auth:Jwt:SecretKey. Settings may follow: --GoHub:Auth:Jwt:SecretKey …")
        {
            user,
            name,
            permissions,
            expires,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, _) => StartupFailure.GuardAsync(async () =>
        {
            if (!GoDuration.TryParse(parsed.GetValue(expires)!, out var lasts) || lasts <= TimeSpan.Zero)
            {
                throw new FormatException($"--expires is '{parsed.GetValue(expires)}'. Write a duration such as 30m, 1h or 7d.");
            }
            var grants = parsed.GetValue(permissions)!.SelectMany(p => p.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
            var builder = ServerConfiguration.CreateBuilder([.. parsed.UnmatchedTokens]);
            builder.Services.AddGoHub();
            await using var app = builder.Build();
            Console.WriteLine(app.Services.GetRequiredService<IGoHubTokens>().Create(parsed.GetValue(user)!, grants, lasts, parsed.GetValue(name)));
        }));
        return command.Parse(args).InvokeAsync();
    }
}
