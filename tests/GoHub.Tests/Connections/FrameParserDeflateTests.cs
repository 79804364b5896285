using System.IO.Compression;
using System.Text;
using GoHub.Connections;

namespace GoHub.Tests.Connections;

/// <summary>Compressed messages of clients (RFC 7692 §6 and §7.2.2).</summary>
public sealed class FrameParserDeflateTests
{
    private const int Max = 10_000;

    private static readonly byte[] Hello = Deflated.Of("hello hello hello hello");

    [Fact]
    public void Read_CutAtEveryPoint_FindsTheSame()
    {
        byte[] conversation =
        [
            .. Deflated.Frame(FrameOpcode.Text, Hello.AsSpan(0, 4), fin: false),
            .. Frames.Client(FrameOpcode.Ping, "now"u8),
            .. Frames.Client(FrameOpcode.Continuation, [], fin: false),
            .. Frames.Client(FrameOpcode.Continuation, Hello.AsSpan(4)),
            .. Frames.Text("plain"),
            .. Deflated.Text("é😀"),
            .. Deflated.Frame(FrameOpcode.Binary, Deflated.Of(new byte[100])),
            .. Deflated.Frame(FrameOpcode.Text, [0]),
        ];
        string[] understood =
            ["Ping 6E6F77", Parsing.Line("hello hello hello hello"), Parsing.Line("plain"), Parsing.Line("é😀"), Parsing.Line(FrameOpcode.Binary, new byte[100]), "Text "];

        for (var at = 0; at <= conversation.Length; at++)
        {
            Assert.Equal(understood, Read(Parsing.Cut(conversation, at)));
        }
    }

    [Fact]
    public void Read_OfAnyMessage_GivesItBack() =>
        Gen.Select(Gen.Byte[0, 3].Array[0, Max], Gen.Enum<CompressionLevel>(), Gen.Int[1, 5], Gen.Int[1, 3000]).Sample((payload, level, parts, step) =>
        {
            var compressed = Deflated.Of(payload, level);
            List<byte> wire = [];
            for (var i = 0; i < parts; i++)
            {
                var part = compressed[(compressed.Length * i / parts)..(compressed.Length * (i + 1) / parts)];
                wire.AddRange(i == 0 ? Deflated.Frame(FrameOpcode.Binary, part, parts == 1) : Frames.Client(FrameOpcode.Continuation, part, i == parts - 1));
            }
            // Stored blocks are a little longer than what they hold, and the wire has the same limit.
            Assert.Equal([Parsing.Line(FrameOpcode.Binary, payload)], Parsing.Read(new FrameParser(Max + 100, deflate: true), wire.Chunk(step)));
        }, iter: 300);

    // RFC 7692 §7.2.3: one block, shared window inside a message, stored, last block, two blocks.
    [Theory]
    [InlineData("f248cdc9c90700", "Hello")]
    [InlineData("000500faff48656c6c6f00", "Hello")]
    [InlineData("f348cdc9c9070000", "Hello")]
    [InlineData("f24805000000ffffcac9c90700", "Hello")]
    [InlineData("00", "")]
    public void Read_OfTheExamplesOfTheRfc_UnderstandsThem(string hex, string text) =>
        Assert.Equal([Parsing.Line(text)], Read([Deflated.Frame(FrameOpcode.Text, Convert.FromHexString(hex))]));

    [Fact]
    public void Read_OfAReferenceToTheMessageBefore_IsInvalidPayload() =>
        Assert.Equal(
            [Parsing.Line("Hello"), "1007 compressed data is broken"],
            Read([Deflated.Frame(FrameOpcode.Text, Convert.FromHexString("f248cdc9c90700")), Deflated.Frame(FrameOpcode.Text, Convert.FromHexString("f200110000"))]));

    [Fact]
    public void Read_OfReservedBitsElsewhere_IsAViolation()
    {
        Assert.Equal(["1002 reserved bits set"], Read([Deflated.Frame(FrameOpcode.Text, Hello.AsSpan(0, 4), fin: false), Deflated.Frame(FrameOpcode.Continuation, Hello.AsSpan(4))]));
        Assert.Equal(["1002 reserved bits set"], Read([Deflated.Frame(FrameOpcode.Ping, "x"u8)]));
        Assert.Equal(["1002 reserved bits set"], Read([Deflated.Frame(FrameOpcode.Close, [])]));
        Assert.Equal(["1002 reserved bits set"], Read([Deflated.Frame((FrameOpcode)3, "x"u8)]));
        Assert.Equal(["1002 reserved bits set"], Read([Frames.Client(FrameOpcode.Text, Hello, reserved: 0x60)]));
        Assert.Equal(["1002 reserved bits set"], Parsing.Read(Deflated.Frame(FrameOpcode.Text, Hello)));
    }

    [Fact]
    public void Read_OfWhatIsNoDeflateData_IsInvalidPayload()
    {
        Assert.Equal(["1007 compressed data is broken"], Read([Deflated.Frame(FrameOpcode.Binary, [0x07, 0xFF, 0xFF])]));
        Assert.Equal(["1007 compressed data is broken"], Read([Deflated.Frame(FrameOpcode.Text, "hello"u8)]));
        Assert.Equal(["1007 compressed data is broken"], Read([Deflated.Frame(FrameOpcode.Text, [])]));
    }

    [Fact]
    public void Read_OfDataThatBreaksOff_IsNeverTakenForTheWhole()
    {
        var text = string.Concat(Enumerable.Range(0, 200).Select(i => $"{i * 7919} "));
        var compressed = Deflated.Of(text);
        for (var length = 0; length < compressed.Length; length++)
        {
            Assert.Equal(["1007 compressed data is broken"], Read([Deflated.Frame(FrameOpcode.Text, compressed.AsSpan(0, length))]));
        }
        Assert.Equal([Parsing.Line(text)], Read([Deflated.Frame(FrameOpcode.Text, compressed)]));
    }

    [Fact]
    public void Read_OfTextThatIsNotUtf8_IsInvalidPayload()
    {
        Assert.Equal(["1007 text is not UTF-8"], Read([Deflated.Frame(FrameOpcode.Text, Deflated.Of([0x61, 0xFF]))]));
        Assert.Equal(["1007 text is not UTF-8"], Read([Deflated.Frame(FrameOpcode.Text, Deflated.Of([0x61, 0xC3]))]));
        Assert.Equal(["Binary 61FF"], Read([Deflated.Frame(FrameOpcode.Binary, Deflated.Of([0x61, 0xFF]))]));
    }

    [Fact]
    public void Read_OfExactlyTheLimit_IsAllowed_AndOneByteMoreIsTooBig()
    {
        Assert.Equal([Parsing.Line(FrameOpcode.Binary, new byte[Max])], Read([Deflated.Frame(FrameOpcode.Binary, Deflated.Of(new byte[Max]))]));
        Assert.Equal(["1009 message above 10000 bytes"], Read([Deflated.Frame(FrameOpcode.Binary, Deflated.Of(new byte[Max + 1]))]));
    }

    [Fact]
    public void Read_OfABomb_InflatesNoMoreThanTheLimit()
    {
        const int Limit = 1 << 16;
        var bomb = Deflated.Frame(FrameOpcode.Text, Deflated.Of(new byte[50_000_000]));
        Assert.InRange(bomb.Length, 0, Limit);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(["1009 message above 65536 bytes"], Parsing.Read(new FrameParser(Limit, deflate: true), [bomb]));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Read_OfCompressedBytesAboveTheLimit_IsTooBigAtTheHeader() =>
        Assert.Equal(["1009 message above 10000 bytes"], Read([Frames.Client(FrameOpcode.Text, [], reserved: 0x40, announced: Max + 1)]));

    [Fact]
    public void ReleaseIdleBuffers_AfterACompressedMessage_HoldsNone()
    {
        var parser = new FrameParser(1 << 20, deflate: true);
        Parsing.Read(parser, [Deflated.Frame(FrameOpcode.Binary, Deflated.Of(new byte[200_000]))]);

        Assert.All(
            typeof(FrameParser).GetFields(System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance).Where(f => !f.FieldType.IsValueType),
            f => Assert.Null(f.GetValue(parser)));
    }

    [Fact]
    public void Read_OfAPlainMessageAfterACompressedOne_ChecksItsTextAsItComes()
    {
        var parser = new FrameParser(Max, deflate: true);

        Assert.Equal([Parsing.Line("hello hello hello hello"), "1007 text is not UTF-8"], Parsing.Read(
            parser, [Deflated.Frame(FrameOpcode.Text, Hello), Frames.Client(FrameOpcode.Text, [.. Encoding.UTF8.GetBytes("a"), 0xFF], fin: false)]));
    }

    private static List<string> Read(params byte[][] pieces) => Parsing.Read(new FrameParser(Max, deflate: true), pieces);
}
