using GoHub.Server;

const string Usage = """
    gohub-server [serve] [--urls http://localhost:8080] [--GoHub:KEY=VALUE ...]   runs the server (docs/configuration.md lists the keys)
    gohub-server token --user ID [--name NAME] [--permissions LIST] [--expires 1h]   prints a token for the configured key
    """;

switch (args)
{
    case ["token", .. var rest]:
        return await TokenCommand.RunAsync(rest);
    case ["serve", .. var rest]:
        return await ServeCommand.RunAsync(rest);
    case ["--help" or "-h" or "-?" or "help", ..]:
        Console.WriteLine(Usage);
        return 0;
    case [var unknown, ..] when !unknown.StartsWith('-') && !unknown.Contains('='):
        await Console.Error.WriteLineAsync($"There is no command '{unknown}'.{Environment.NewLine}{Usage}");
        return 1;
    default:
        return await ServeCommand.RunAsync(args);
}
