using System.Diagnostics;
using System.Reflection;

namespace GoHub.IntegrationTests.Hosting;

/// <summary>How the server under test is started: the built assembly, or the native binary named by GOHUB_SERVER_BINARY; on the transport that GOHUB_TEST_TRANSPORT names.</summary>
internal static class ServerBinary
{
    private static readonly string? NativePath = Environment.GetEnvironmentVariable("GOHUB_SERVER_BINARY");

    /// <summary>Epoll, Sockets or Auto, the default: epoll on Linux.</summary>
    public static string Transport { get; } = Environment.GetEnvironmentVariable("GOHUB_TEST_TRANSPORT") is { Length: > 0 } named ? named : "Auto";

    /// <summary>Whether connections are owned by loops.</summary>
    public static bool HasLoops => OperatingSystem.IsLinux() && !Transport.Equals("Sockets", StringComparison.OrdinalIgnoreCase);

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
        start.Environment["GoHub__Transport"] = Transport;
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
