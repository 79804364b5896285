namespace GoHub.IntegrationTests.Vectors;

/// <summary>Compares a message with what a vector expects.</summary>
internal static class JsonMatch
{
    /// <summary>Null if it matches, else where and how it differs.</summary>
    public static string? Difference(JsonNode? expected, JsonNode? actual, Placeholders placeholders, string path = "$") => expected switch
    {
        JsonObject o => ObjectDifference(o, actual, placeholders, path),
        JsonArray a => ArrayDifference(a, actual, placeholders, path),
        JsonValue v when v.GetValueKind() == JsonValueKind.String => TextDifference(v.GetValue<string>(), actual, placeholders, path),
        _ => JsonNode.DeepEquals(expected, actual) || SameNumber(expected, actual) ? null : Differs(path, expected, actual),
    };

    private static string? ObjectDifference(JsonObject expected, JsonNode? actual, Placeholders placeholders, string path)
    {
        if (actual is not JsonObject o)
        {
            return Differs(path, expected, actual);
        }
        if (o.FirstOrDefault(p => !expected.ContainsKey(p.Key)) is { Key: { } surplus })
        {
            return $"{path}.{surplus} should not be there";
        }
        foreach (var (key, value) in expected)
        {
            var optional = value is JsonValue v && v.GetValueKind() == JsonValueKind.String && v.GetValue<string>() == "$optional";
            if (!o.ContainsKey(key))
            {
                if (optional)
                {
                    continue;
                }
                return $"{path}.{key} is missing";
            }
            if (!optional && Difference(value, o[key], placeholders, $"{path}.{key}") is { } difference)
            {
                return difference;
            }
        }
        return null;
    }

    private static string? ArrayDifference(JsonArray expected, JsonNode? actual, Placeholders placeholders, string path)
    {
        if (actual is not JsonArray a)
        {
            return Differs(path, expected, actual);
        }
        var mode = expected.Count > 0 && expected[0] is JsonValue first && first.GetValueKind() == JsonValueKind.String ? first.GetValue<string>() : "";
        if (mode is "$unordered" or "$contains")
        {
            var missing = expected.Skip(1).FirstOrDefault(e => !a.Any(item => Difference(e, item, placeholders) is null));
            return missing is not null ? $"{path} has no {missing.ToJsonString()} in {a.ToJsonString()}"
                : mode == "$unordered" && a.Count != expected.Count - 1 ? $"{path} has {a.Count} items: {a.ToJsonString()}"
                : null;
        }
        if (a.Count != expected.Count)
        {
            return Differs(path, expected, actual);
        }
        return expected.Select((e, i) => Difference(e, a[i], placeholders, $"{path}[{i}]")).FirstOrDefault(d => d is not null);
    }

    private static string? TextDifference(string expected, JsonNode? actual, Placeholders placeholders, string path)
    {
        var kind = actual?.GetValueKind() ?? JsonValueKind.Null;
        var matches = expected switch
        {
            "$any" or "$optional" => true,
            "$string" => kind == JsonValueKind.String && actual!.GetValue<string>().Length > 0,
            "$number" => kind == JsonValueKind.Number,
            "$now" => kind == JsonValueKind.Number && Math.Abs(actual!.GetValue<double>() - TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()) < 60_000,
            _ => kind == JsonValueKind.String && actual!.GetValue<string>() == placeholders.Text(expected),
        };
        return matches ? null : Differs(path, expected, actual);
    }

    // 1 and 1.0 are one number, and 9007199254740993 is not 9007199254740992.
    private static bool SameNumber(JsonNode? expected, JsonNode? actual) =>
        expected?.GetValueKind() == JsonValueKind.Number && actual?.GetValueKind() == JsonValueKind.Number
        && decimal.TryParse(expected.ToJsonString(), System.Globalization.NumberStyles.Float, null, out var e)
        && decimal.TryParse(actual.ToJsonString(), System.Globalization.NumberStyles.Float, null, out var a) && e == a;

    private static string Differs(string path, JsonNode? expected, JsonNode? actual) =>
        $"{path} should be {expected?.ToJsonString() ?? "null"} and is {actual?.ToJsonString() ?? "null"}";
}
