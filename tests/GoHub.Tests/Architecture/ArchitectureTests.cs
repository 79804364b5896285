using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace GoHub.Tests.Architecture;

/// <summary>The rooms of the house, and which way one may look.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string Source = Path.Combine(
        typeof(ArchitectureTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Repository").Value!, "src");

    [Fact]
    public void Projects_ReferenceEachOtherOneWay()
    {
        Dictionary<string, string[]> allowed = new()
        {
            ["GoHub.Protocol"] = [],
            ["GoHub.Generators"] = [],
            ["GoHub"] = ["GoHub.Protocol", "GoHub.Transport"],
            ["GoHub.Client"] = ["GoHub.Protocol"],
            ["GoHub.Testing"] = ["GoHub", "GoHub.Client"],
            ["GoHub.Transport"] = [],
            ["GoHub.Nats"] = ["GoHub", "NATS.NKeys"],
            ["GoHub.Redis"] = ["GoHub"],
            ["GoHub.Server"] = ["GoHub", "GoHub.Nats", "GoHub.Redis", "GoHub.Transport"],
        };
        foreach (var project in Directory.GetFiles(Source, "*.csproj", SearchOption.AllDirectories))
        {
            var name = Path.GetFileNameWithoutExtension(project);
            Assert.True(allowed.ContainsKey(name), $"{name} is new: say here what it may reference.");
            var references = XDocument.Load(project).Descendants("ProjectReference").Where(r => (string?)r.Attribute("OutputItemType") != "Analyzer")
                .Select(r => Path.GetFileNameWithoutExtension(((string)r.Attribute("Include")!).Replace('\\', '/')));
            Assert.Empty(references.Except(allowed[name]));
        }
    }

    [Theory]
    [InlineData("Connections", "Dispatching|Rooms|Binding|Endpoints|Lifetime|Bus|Cluster")]
    [InlineData("Bus", "Connections|Dispatching|Rooms|Binding|Endpoints|Cluster")]
    [InlineData("Rooms", "Dispatching|Binding|Endpoints|Lifetime|Cluster")]
    [InlineData("Cluster", "Dispatching|Endpoints")]
    [InlineData("Diagnostics", "Connections|Dispatching|Rooms|Endpoints")]
    [InlineData("Security", "Dispatching|Rooms|Endpoints")]
    [InlineData("Dispatching", "Endpoints|Lifetime")]
    public void Namespaces_DoNotLookUp(string lower, string above)
    {
        var upwards = new Regex($@"GoHub\.({above})\b");
        Assert.All(Files(Path.Combine("GoHub", lower)), file => Assert.False(upwards.IsMatch(File.ReadAllText(file)), $"{file} uses what stands above it."));
    }

    [Fact]
    public void Files_AreOfASizeToReadInOneSitting() =>
        Assert.All(Files(), file => Assert.True(File.ReadLines(file).Count() <= 400, $"{file} is longer than 400 lines."));

    [Fact]
    public void Files_AreNamedAfterWhatTheyAre() =>
        Assert.All(Files(), file => Assert.False(SaysNothing().IsMatch(Path.GetFileName(file)), $"{file} has a name that says nothing."));

    [Fact]
    public void PublicNames_DoNotCollideWithSignalR()
    {
        string[] taken = ["Hub", "HubConnection", "HubOptions", "IHubContext"];

        Assert.DoesNotContain(typeof(IGoHub).Assembly.GetExportedTypes(), t => taken.Contains(t.Name.Split('`')[0]));
        Assert.DoesNotContain(typeof(GoHubErrorCode).Assembly.GetExportedTypes(), t => taken.Contains(t.Name.Split('`')[0]));
    }

    private static List<string> Files(string under = "")
    {
        var files = Directory.GetFiles(Path.Combine(Source, under), "*.cs", SearchOption.AllDirectories)
            .Where(f => !Built().IsMatch(f[Source.Length..])).ToList();
        Assert.NotEmpty(files);
        return files;
    }

    [GeneratedRegex(@"[/\\](obj|bin)[/\\]")]
    private static partial Regex Built();

    [GeneratedRegex(@"Utils\.cs$|Helper|Common|Manager")]
    private static partial Regex SaysNothing();
}
