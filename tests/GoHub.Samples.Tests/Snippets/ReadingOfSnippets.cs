namespace GoHub.Samples.Tests.Snippets;

public sealed class ReadingOfSnippets
{
    private const string Source = """
        #region outer
        first();
            #region inner
            if (yes)
            {
                second();
            }
            #endregion
        #endregion

        #region outer
        third();
        #endregion
        """;

    [Fact]
    public void Regions_lose_their_indent_and_the_marks_of_others() =>
        Assert.Equal("if (yes)\n{\n    second();\n}", SampleRegions.Of(Source)["inner"]);

    [Fact]
    public void Regions_of_one_name_are_joined() =>
        Assert.Equal("first();\n    if (yes)\n    {\n        second();\n    }\n\nthird();", SampleRegions.Of(Source)["outer"]);

    [Fact]
    public void Only_marked_code_counts()
    {
        const string Document = "```csharp\nunmarked();\n```\n\n<!-- snippet: a -->\n```csharp\n  marked();\n```\r\n";
        Assert.Equal([("a", "marked();")], DocumentSnippets.Of(Document));
    }

    [Theory]
    [InlineData("<!-- snippet: a -->")]
    [InlineData("<!-- snippet: a -->\n\n```csharp\ncode();\n```")]
    [InlineData("<!-- snippet: a -->\n```json\n{}\n```")]
    [InlineData("<!-- snippet: a -->\n```csharp\ncode();")]
    public void A_marker_without_its_code_is_a_mistake(string document) =>
        Assert.Throws<FormatException>(() => DocumentSnippets.Of(document).ToList());
}
