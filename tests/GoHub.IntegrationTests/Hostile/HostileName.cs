namespace GoHub.IntegrationTests.Hostile;

/// <summary>Names that some layer below might take for something else: patterns, separators, line ends, near twins.</summary>
internal static class HostileName
{
    public static readonly string[] Known =
    [
        "a b", "a", " a", "a ", "*", ">", ".", "..", "a.*", "a.>", "a.b", "room/>", "room.>", "{tag}", "{tag}x", "[a-z]", "?", "a\\", "\\*",
        "a\r\nb", "a\nb", "\r\n", "PING\r\n", "\u0000", "a\u0000b", "\u001b[31m", "\"", "'", "`", "</script>", "${x}", "{0}", "%s%n", "$any",
        "😀", "👩‍👩‍👧", "👩👩👧", "caf\u00e9", "cafe\u0301", "\u212b", "\u00c5", "A\u030a", "ﬁ", "fi", "ı", "i", "I", "İ", "ß", "ss", "SS",
        "\u202eabc", "a\u200bb", "ab", "\ufeffa", "аdmin", "admin", "join:room", "null", "true", "0", "-1", "__proto__", "constructor", "../../etc/passwd",
    ];

    /// <summary>A name made of pieces of the known ones, at most 256 bytes.</summary>
    public static string Make(Random random)
    {
        var name = new StringBuilder();
        for (var pieces = random.Next(1, 6); pieces > 0; pieces--)
        {
            name.Append(Known[random.Next(Known.Length)]);
        }
        return name.ToString();
    }
}
