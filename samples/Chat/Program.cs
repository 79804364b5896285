// dotnet run --project samples/Chat                a chat on http://localhost:8080
// dotnet run --project samples/Chat -- --nodes 3   the same on three nodes, http://localhost:8081 to 8083
using Chat;

var settings = ChatSettings.Read(args);
if (settings.Problem is { } problem)
{
    await Console.Error.WriteLineAsync(problem);
    return 2;
}

using var bus = settings.IsCluster ? await BusServer.FindOrStartAsync(settings) : null;
if (bus?.Problem is { } missing)
{
    await Console.Error.WriteLineAsync(missing);
    return 1;
}

var nodes = settings.Here.Select(number => ChatNode.Build(settings, number)).ToArray();
try
{
    foreach (var node in nodes)
    {
        await node.StartAsync();
    }
}
catch (IOException e)
{
    await Console.Error.WriteLineAsync($"{e.Message} Choose another with --port.");
    return 1;
}
await Task.WhenAll(nodes.Select(node => node.WaitForShutdownAsync()));
return 0;
