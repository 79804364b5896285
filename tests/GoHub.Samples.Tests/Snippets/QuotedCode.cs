using GoHub.Samples.Tests.Hosting;

namespace GoHub.Samples.Tests.Snippets;

/// <summary>Documentation is code that compiled today.</summary>
public sealed class QuotedCode
{
    private static readonly Dictionary<string, string> Regions = SampleRegions.OfFolders(Repository.Samples, Path.Combine(Repository.Root, "clients", "js", "examples"));

    public static TheoryData<string> Documents =>
    [
        .. Directory.EnumerateFiles(Repository.Root, "README*.md")
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Select(f => Path.GetRelativePath(Repository.Root, f))
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Quoted_code_is_the_code_of_a_sample(string document)
    {
        foreach (var (name, text) in DocumentSnippets.Of(File.ReadAllText(Path.Combine(Repository.Root, document))))
        {
            Assert.True(Regions.TryGetValue(name, out var region), $"{document} quotes '{name}', which no sample has. There are: {string.Join(", ", Regions.Keys)}");
            Assert.True(region == text, $"{document} quotes '{name}' otherwise than the sample has it, which is:\n{region}");
        }
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("README.zh-CN.md")]
    public void The_readme_quotes_samples(string document) =>
        Assert.NotEmpty(DocumentSnippets.Of(File.ReadAllText(Path.Combine(Repository.Root, document))));

    [Theory]
    [InlineData("Simple")]
    [InlineData("CustomHandler")]
    [InlineData("Events")]
    [InlineData("Auth")]
    [InlineData("HttpEndpoints")]
    [InlineData("SdkOperations")]
    [InlineData("Cluster")]
    public void A_sample_listens_where_the_documents_say(string sample) =>
        Assert.Contains("\"Urls\": \"http://localhost:8080\"", File.ReadAllText(Path.Combine(Repository.Output(sample), "appsettings.json")), StringComparison.Ordinal);
}
