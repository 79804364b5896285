using System.Diagnostics;
using System.Reflection;

namespace GoHub.IntegrationTests.Hosting;

/// <summary>How the server under test is started: the built assembly, or the native binary named by GOHUB_SERVER_BINARY.</summary>
internal static class ServerBinary
{
    private static readonly string? NativePath = Environment.GetEnvironmentVariable("GOHUB_SERVER_BINARY");

    private static readonly string AssemblyPath = Path.GetFullPath(typeof(ServerBinary).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ServerAssembly").Value!);

    public static ProcessStartInfo StartInfo(IEnumerable<string> args, IReadOnlyDictionary<string, string> environment)
    {
        var path = string.IsNullOrEmpty(NativePath) ? AssemblyPath : NativePath;
        Assert.True(File.Exists(path), $"The server is not built: {path}");
        var start = new ProcessStartInfo
        {
            FileName = path == NativePath ? path : "dotnet",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetDirectoryName(path),
        };
        if (path != NativePath)
        {
            start.ArgumentList.Add(path);
        }
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }
        ForgetOwnSettings(start);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        return start;
    }

    // What configures the shell the tests run in must not configure the server.
    private static void ForgetOwnSettings(ProcessStartInfo start)
    {
        foreach (var name in start.Environment.Keys.ToArray())
        {
            if (name.StartsWith("GOHUB", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("DOTNET_ENVIRONMENT", StringComparison.OrdinalIgnoreCase))
            {
                start.Environment.Remove(name);
            }
        }
    }
}
