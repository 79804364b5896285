namespace GoHub.IntegrationTests.Vectors;

/// <summary>One wire vector: a dialogue that every implementation must hold (tests/vectors/README.md).</summary>
internal sealed record Vector(string Name, IReadOnlyDictionary<string, string> Config, JsonArray Steps)
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "vectors");

    /// <summary>File and name of each vector there is.</summary>
    public static TheoryData<string, string> All()
    {
        var all = new TheoryData<string, string>();
        foreach (var file in Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal))
        {
            foreach (var vector in Read(file))
            {
                all.Add(Path.GetFileNameWithoutExtension(file), vector.Name);
            }
        }
        return all;
    }

    public static Vector Load(string file, string name) => Read(Path.Combine(Folder, file + ".json")).Single(v => v.Name == name);

    private static IEnumerable<Vector> Read(string path)
    {
        var document = JsonNode.Parse(File.ReadAllText(path))!;
        foreach (var vector in document["vectors"]!.AsArray())
        {
            var config = vector!["config"]?.AsObject().ToDictionary(c => c.Key, c => c.Value!.GetValue<string>());
            yield return new Vector(vector["name"]!.GetValue<string>(), config ?? [], vector["steps"]!.AsArray());
        }
    }
}
