namespace GoHub.IntegrationTests.Vectors;

/// <summary>The matcher itself: a vector that could not fail would prove nothing.</summary>
public sealed class MatchingOfVectors
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""")]
    [InlineData("""{"a":1}""", """{"a":1.0}""")]
    [InlineData("""{"a":"$any","b":"$string","c":"$number"}""", """{"a":null,"b":"x","c":-2.5}""")]
    [InlineData("""{"a":"$optional"}""", "{}")]
    [InlineData("""{"a":"$optional"}""", """{"a":{}}""")]
    [InlineData("""["$unordered",1,2]""", "[2,1]")]
    [InlineData("""["$contains",{"x":2}]""", """[{"x":1},{"x":2}]""")]
    [InlineData("""{"a":null}""", """{"a":null}""")]
    [InlineData("\"$id:c\"", "\"the-id\"")]
    [InlineData("12345678901234567890123", "12345678901234567890123")]
    public void What_is_meant_matches(string expected, string actual) => Assert.Null(Difference(expected, actual));

    [Theory]
    [InlineData("""{"a":1}""", """{"a":2}""")]
    [InlineData("""{"a":1}""", """{"a":"1"}""")]
    [InlineData("""{"a":1}""", """{"a":1,"b":1}""")]
    [InlineData("""{"a":1,"b":1}""", """{"a":1}""")]
    [InlineData("""{"a":null}""", "{}")]
    [InlineData("""{"a":null}""", """{"a":0}""")]
    [InlineData("""{"a":false}""", """{"a":null}""")]
    [InlineData("\"$string\"", "\"\"")]
    [InlineData("\"$number\"", "\"1\"")]
    [InlineData("\"$now\"", "1717000000000")]
    [InlineData("[1,2]", "[2,1]")]
    [InlineData("[1]", "[1,1]")]
    [InlineData("[]", "[1]")]
    [InlineData("{}", "[]")]
    [InlineData("""["$unordered",1,2]""", "[1,2,3]")]
    [InlineData("""["$contains",{"x":3}]""", """[{"x":1}]""")]
    [InlineData("\"$id:c\"", "\"other\"")]
    [InlineData("9007199254740993", "9007199254740992")]
    public void What_is_not_meant_does_not(string expected, string actual) => Assert.NotNull(Difference(expected, actual));

    [Fact]
    public void Every_vector_file_has_vectors_and_every_step_is_known()
    {
        string[] verbs = ["connect", "send", "expect", "quiet", "close", "expect_close"];
        var all = Vector.All().Select(row => Vector.Load(row.Data.Item1, row.Data.Item2)).ToArray();
        Assert.InRange(all.Length, 250, 5000);
        Assert.All(all.SelectMany(v => v.Steps), step => Assert.Contains(step!.AsObject().First().Key, verbs));
        Assert.All(all, v => Assert.Contains(v.Steps, s => s!.AsObject().First().Key is "expect" or "quiet" or "expect_close"));
    }

    private static string? Difference(string expected, string actual)
    {
        var placeholders = new Placeholders();
        placeholders.Learn("c", "the-id");
        return JsonMatch.Difference(JsonNode.Parse(expected), JsonNode.Parse(actual), placeholders);
    }
}
