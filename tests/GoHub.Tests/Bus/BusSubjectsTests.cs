using System.Buffers;
using System.Text;
using GoHub.Bus;

namespace GoHub.Tests.Bus;

/// <summary>A name, whatever it is, becomes one token without meaning to any bus, and another name another token.</summary>
public sealed class BusSubjectsTests
{
    private static readonly BusSubjects Subjects = new("tests");

    private static readonly string[] Hostile =
    [
        "a b", "*", ">", ".", "..", "a.b", "a.*", "a.>", "gh1.tests.a", "room.>", "\r\n", "a\r\nPUB x 1\r\n", "\0", "\t", "", " ", "{tag}", "{", "}", "[a]", "a?", "\\", "$SYS.REQ", "_INBOX.x",
        "😀", "é", "e\u0301", "Å", "A\u030a", "ﬀ", "ff", "ÿ", "Ａ", "~", "~AAAAAAAAAAAAAAAAAAAAAA", "a~b", "A", "a", "-", "_", "%41", "a/b", "a:b", "\ud800", "\udc00",
        new('a', 63), new('a', 64), new('a', 65), new('a', 10_240), new('b', 10_240), string.Concat(Enumerable.Repeat("😀", 2560)),
    ];

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-~");

    private static readonly Gen<string> Names = Gen.OneOf(
        Gen.String, Gen.Int[0, Hostile.Length - 1].Select(i => Hostile[i]), Gen.Int[0, 9].Array[0, 70].Select(c => string.Concat(c.Select(i => "ab.*> ~-_A"[i]))), Gen.Char['a', 'c'].Array[60, 68].Select(c => new string(c)));

    [Fact]
    public void Encode_HostileNames_GivesOneCleanTokenForEach()
    {
        var tokens = Hostile.Select(BusSubjects.Encode).ToArray();
        Assert.All(tokens, AssertClean);
        // Half a surrogate pair has no UTF-8 of its own, and never gets this far: both halves become the same mark.
        var whole = Hostile.Where(n => !n.Any(char.IsSurrogate) || n.Length > 1).ToArray();
        Assert.Equal(whole.Length, whole.Select(BusSubjects.Encode).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Encode_AnyName_GivesOneCleanToken() => Names.Sample(name => AssertClean(BusSubjects.Encode(name)), iter: 5000);

    [Fact]
    public void Encode_DifferentNames_NeverMeet() => Gen.Select(Names, Names).Sample((a, b) =>
        Assert.Equal(Encoding.UTF8.GetBytes(a).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(b)), BusSubjects.Encode(a) == BusSubjects.Encode(b)), iter: 5000);

    [Fact]
    public void Encode_APlainName_StaysReadable()
    {
        Assert.Equal("Lobby-1_x", BusSubjects.Encode("Lobby-1_x"));
        Assert.Equal(new string('a', 64), BusSubjects.Encode(new string('a', 64)));
        Assert.StartsWith("~", BusSubjects.Encode(new string('a', 65)), StringComparison.Ordinal);
    }

    [Fact]
    public void Room_AnyName_IsApartFromEveryOtherSubject() => Gen.Select(Names, Gen.ULong).Sample((name, node) =>
    {
        string[] all = [Subjects.All, Subjects.Control, Subjects.Node(node), Subjects.Room(name), new BusSubjects("other").Room(name)];
        Assert.Equal(all.Length, all.Distinct(StringComparer.Ordinal).Count());
        Assert.All(all.SelectMany(s => s.Split('.')), AssertClean);
        Assert.Equal(4, Subjects.Room(name).Split('.').Length);
    }, iter: 2000);

    private static void AssertClean(string token)
    {
        Assert.InRange(token.Length, 1, 64);
        Assert.Equal(-1, token.AsSpan().IndexOfAnyExcept(TokenCharacters));
    }
}
