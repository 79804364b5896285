using Microsoft.Extensions.Configuration.Json;

namespace GoHub.Server.Configuration;

/// <summary>Where settings come from, each winning over those before: the server's own appsettings.json, the one of the working directory, <c>GOHUB_*</c>, the environment, the command line.</summary>
internal static class ServerConfiguration
{
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var sources = builder.Configuration.Sources;
        var afterFiles = sources.Count;
        for (var i = 0; i < sources.Count; i++)
        {
            if (sources[i] is JsonConfigurationSource)
            {
                afterFiles = i + 1;
            }
        }
        sources.Insert(afterFiles, new OriginalEnvironmentSource());
        var local = Path.Combine(Directory.GetCurrentDirectory(), "appsettings.json");
        if (Path.GetDirectoryName(local) != AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar) && File.Exists(local))
        {
            var file = new JsonConfigurationSource { Path = local, Optional = true };
            file.ResolveFileProvider();
            sources.Insert(afterFiles, file);
        }
        return builder;
    }
}
