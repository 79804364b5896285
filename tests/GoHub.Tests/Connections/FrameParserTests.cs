using GoHub.Connections;

namespace GoHub.Tests.Connections;

public sealed class FrameParserTests
{
    // One of everything: short, fragmented with control frames in between and a character cut in two, binary, close.
    private static readonly byte[] Conversation =
    [
        .. Frames.Text("hello"),
        .. Frames.Client(FrameOpcode.Text, [0x61, 0xC3], fin: false),
        .. Frames.Client(FrameOpcode.Ping, "now"u8),
        .. Frames.Client(FrameOpcode.Continuation, [0xA9, 0xF0, 0x9F], fin: false),
        .. Frames.Client(FrameOpcode.Continuation, [], fin: false),
        .. Frames.Client(FrameOpcode.Pong, []),
        .. Frames.Client(FrameOpcode.Continuation, [0x98, 0x80]),
        .. Frames.Client(FrameOpcode.Binary, new byte[200]),
        .. Frames.Client(FrameOpcode.Binary, []),
        .. Frames.Close(1000, "bye"),
    ];

    private static readonly string[] Understood =
    [
        Parsing.Line("hello"), "Ping 6E6F77", "Pong ", Parsing.Line("aé😀"), "Binary " + new string('0', 400), "Binary ", "Close 03E8627965",
    ];

    [Fact]
    public void Read_CutAtEveryPoint_FindsTheSame()
    {
        for (var at = 0; at <= Conversation.Length; at++)
        {
            Assert.Equal(Understood, Parsing.Read(new FrameParser(1024), Parsing.Cut(Conversation, at)));
        }
    }

    [Fact]
    public void Read_ByteByByte_FindsTheSame() =>
        Assert.Equal(Understood, Parsing.Read(new FrameParser(1024), Conversation.Select(b => new[] { b })));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(125, 0)]
    [InlineData(126, 2)]
    [InlineData(127, 2)]
    [InlineData(65535, 2)]
    [InlineData(65536, 8)]
    [InlineData(100_000, 8)]
    public void Read_OfEachKindOfLength_GivesThePayloadBack(int length, int lengthBytes)
    {
        var payload = Bytes(length);
        var frame = Frames.Client(FrameOpcode.Binary, payload, lengthBytes: lengthBytes);
        var expected = Parsing.Line(FrameOpcode.Binary, payload);

        Assert.Equal([expected], Parsing.Read(frame));
        // The header is cut at each of its bytes, and a little behind it.
        for (var at = 0; at <= Math.Min(frame.Length, 20); at++)
        {
            Assert.Equal([expected], Parsing.Read(new FrameParser(1 << 20), Parsing.Cut(frame, at)));
        }
    }

    [Theory]
    [InlineData(125, 2)]
    [InlineData(0, 2)]
    [InlineData(125, 8)]
    [InlineData(65535, 8)]
    public void Read_OfALengthThatIsNotMinimal_IsAViolation(int length, int lengthBytes) =>
        Assert.StartsWith("1002 length not minimal", Assert.Single(Parsing.Read(Frames.Client(FrameOpcode.Binary, Bytes(length), lengthBytes: lengthBytes))), StringComparison.Ordinal);

    [Fact]
    public void Read_OfALengthWithTheHighestBitSet_IsAViolation() =>
        Assert.StartsWith("1002 ", Assert.Single(Parsing.Read(Frames.Client(FrameOpcode.Binary, [], announced: 1UL << 63))), StringComparison.Ordinal);

    [Theory]
    [InlineData(0x40)]
    [InlineData(0x20)]
    [InlineData(0x10)]
    public void Read_OfAReservedBit_IsAViolation(byte bit) =>
        Assert.Equal(["1002 reserved bits set"], Parsing.Read(Frames.Client(FrameOpcode.Text, "a"u8, reserved: bit)));

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(15)]
    public void Read_OfAnUnknownOpcode_IsAViolation(byte opcode) =>
        Assert.Equal(["1002 unknown opcode"], Parsing.Read(Frames.Client((FrameOpcode)opcode, "a"u8)));

    [Theory]
    [InlineData(FrameOpcode.Text)]
    [InlineData(FrameOpcode.Ping)]
    [InlineData(FrameOpcode.Close)]
    public void Read_OfAFrameWithoutMask_IsAViolation(object opcode) =>
        Assert.Equal(["1002 frame not masked"], Parsing.Read(Frames.Client((FrameOpcode)opcode, "ab"u8, mask: null)));

    [Fact]
    public void Read_OfAMaskOfZeros_IsAllowed() => Assert.Equal([Parsing.Line("a")], Parsing.Read(Frames.Client(FrameOpcode.Text, "a"u8, mask: 0)));

    [Theory]
    [InlineData(FrameOpcode.Ping)]
    [InlineData(FrameOpcode.Pong)]
    [InlineData(FrameOpcode.Close)]
    public void Read_OfAControlFrameThatIsFragmentedOrLong_IsAViolation(object opcode)
    {
        Assert.Equal(["1002 fragmented control frame"], Parsing.Read(Frames.Client((FrameOpcode)opcode, [], fin: false)));
        Assert.Equal(["1002 control frame above 125 bytes"], Parsing.Read(Frames.Client((FrameOpcode)opcode, new byte[126])));
        Assert.Equal([Parsing.Line((FrameOpcode)opcode, new byte[125])], Parsing.Read(Frames.Client((FrameOpcode)opcode, new byte[125])));
    }

    [Fact]
    public void Read_OfAContinuationOfNothing_IsAViolation()
    {
        Assert.Equal(["1002 nothing to continue"], Parsing.Read(Frames.Client(FrameOpcode.Continuation, "a"u8)));
        Assert.Equal([Parsing.Line("a"), "1002 nothing to continue"], Parsing.Read([.. Frames.Text("a"), .. Frames.Client(FrameOpcode.Continuation, "b"u8)]));
    }

    [Theory]
    [InlineData(FrameOpcode.Text)]
    [InlineData(FrameOpcode.Binary)]
    public void Read_OfANewMessageInsideAnother_IsAViolation(object opcode) =>
        Assert.Equal(["1002 message not continued"], Parsing.Read([.. Frames.Text("a", fin: false), .. Frames.Client((FrameOpcode)opcode, "b"u8)]));

    [Theory]
    [InlineData("C0AF")]
    [InlineData("EDA080")]
    [InlineData("F4908080")]
    [InlineData("FF")]
    [InlineData("61C3")]
    [InlineData("80")]
    public void Read_OfTextThatIsNotUtf8_IsInvalidPayload(string hex)
    {
        var frame = Frames.Client(FrameOpcode.Text, Convert.FromHexString(hex));
        for (var at = 0; at <= frame.Length; at++)
        {
            Assert.Equal(["1007 text is not UTF-8"], Parsing.Read(new FrameParser(1024), Parsing.Cut(frame, at)));
        }
        Assert.Equal(["Binary " + hex], Parsing.Read(Frames.Client(FrameOpcode.Binary, Convert.FromHexString(hex))));
    }

    [Fact]
    public void Read_OfABadByteInTheFirstFragment_IsAnsweredBeforeTheMessageIsWhole() =>
        Assert.Equal(["1007 text is not UTF-8"], Parsing.Read(Frames.Client(FrameOpcode.Text, [0x61, 0xFF], fin: false)));

    [Fact]
    public void Read_OfABadByteInALongFrame_IsAnsweredBeforeTheFrameIsWhole()
    {
        var frame = Frames.Client(FrameOpcode.Text, [.. "good"u8, 0xFF, .. new byte[500]]);

        Assert.Equal(["1007 text is not UTF-8"], Parsing.Read(frame[..20]));
    }

    [Fact]
    public void Read_AfterABrokenOffCharacterAndAPing_StillChecksTheRest() =>
        Assert.Equal(["Ping ", "1007 text is not UTF-8"], Parsing.Read(
            [.. Frames.Client(FrameOpcode.Text, [0xC3], fin: false), .. Frames.Client(FrameOpcode.Ping, []), .. Frames.Client(FrameOpcode.Continuation, "a"u8)]));

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void Read_OfAMessageOverTheLimit_IsTooBigAtTheHeader(int fragments)
    {
        const int Max = 1000;
        byte[] whole = [.. Enumerable.Range(0, fragments).SelectMany(i => Frames.Client(i == 0 ? FrameOpcode.Binary : FrameOpcode.Continuation, new byte[Max / fragments], fin: i == fragments - 1))];
        byte[] open = [.. Enumerable.Range(0, fragments).SelectMany(i => Frames.Client(i == 0 ? FrameOpcode.Binary : FrameOpcode.Continuation, new byte[Max / fragments], fin: false))];

        Assert.Equal([Parsing.Line(FrameOpcode.Binary, new byte[Max])], Parsing.Read(whole, Max));
        Assert.Equal(["1009 message above 1000 bytes"], Parsing.Read([.. open, .. Frames.Client(FrameOpcode.Continuation, "a"u8)[..6]], Max));
        Assert.Equal(["1009 message above 1000 bytes"], Parsing.Read(Frames.Client(FrameOpcode.Binary, [], announced: Max + 1), Max));
        Assert.Equal(["1009 message above 1000 bytes"], Parsing.Read(Frames.Client(FrameOpcode.Binary, [], announced: long.MaxValue), Max));
    }

    [Fact]
    public void Read_OfALengthThatIsOnlyAnnounced_AllocatesNothingLarge()
    {
        const int Max = 16 * 1024 * 1024;
        var header = Frames.Client(FrameOpcode.Binary, [1, 2, 3], announced: Max);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++)
        {
            var parser = new FrameParser(Max);
            ReadOnlySpan<byte> rest = header;
            Assert.Equal(FrameProgress.NeedMore, parser.Read(ref rest));
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20 * 64 * 1024);
    }

    [Fact]
    public void Read_OfAFloodOfEmptyFragments_IsAPolicyViolation()
    {
        byte[] flood = [.. Frames.Text("a", fin: false), .. Enumerable.Range(0, 2000).SelectMany(_ => Frames.Client(FrameOpcode.Continuation, [], fin: false))];

        Assert.Equal(["1008 too many fragments"], Parsing.Read(flood));
    }

    [Fact]
    public void Read_OfALargeMessageInSmallFragments_IsAllowed()
    {
        const int Fragments = 5000;
        byte[] message = [.. Enumerable.Range(0, Fragments).SelectMany(i => Frames.Client(i == 0 ? FrameOpcode.Binary : FrameOpcode.Continuation, new byte[64], fin: i == Fragments - 1))];

        Assert.Equal([Parsing.Line(FrameOpcode.Binary, new byte[Fragments * 64])], Parsing.Read(message));
    }

    [Fact]
    public void Read_AfterManyFragmentedMessages_CountsEachByItself()
    {
        byte[] one = [.. Frames.Text("a", fin: false), .. Enumerable.Range(0, 500).SelectMany(_ => Frames.Client(FrameOpcode.Continuation, [], fin: false)), .. Frames.Client(FrameOpcode.Continuation, [])];

        Assert.Equal(Enumerable.Repeat(Parsing.Line("a"), 5), Parsing.Read(new FrameParser(100), Enumerable.Repeat(one, 5)));
    }

    [Fact]
    public void ReleaseIdleBuffers_BetweenMessages_HoldsNone()
    {
        var parser = new FrameParser(1 << 20);
        Parsing.Read(parser, [[.. Frames.Client(FrameOpcode.Binary, new byte[50_000]), .. Frames.Client(FrameOpcode.Ping, "x"u8)]]);

        Assert.All(Buffers(parser), Assert.Null);
        Assert.True(parser.Payload.IsEmpty);
    }

    [Fact]
    public void ReleaseIdleBuffers_InTheMiddleOfAMessage_KeepsWhatItNeeds()
    {
        var parser = new FrameParser(1 << 20);
        Parsing.Read(parser, [Frames.Text("half", fin: false), Frames.Client(FrameOpcode.Ping, "x"u8)]);

        Assert.Single(Buffers(parser), b => b is not null);
        Assert.Equal([Parsing.Line("half done")], Parsing.Read(parser, [Frames.Client(FrameOpcode.Continuation, " done"u8)]));
        Assert.All(Buffers(parser), Assert.Null);
    }

    [Fact]
    public void Read_OfAnyMessagesCutAnyhow_GivesThemBack() =>
        Gen.Select(Gen.Select(Gen.Byte.Array[0, 300], Gen.UInt, Gen.Int[1, 4]).Array[1, 8], Gen.Int[1, 50]).Sample((messages, step) =>
        {
            List<byte> wire = [];
            foreach (var (payload, mask, parts) in messages)
            {
                for (var i = 0; i < parts; i++)
                {
                    var part = payload[(payload.Length * i / parts)..(payload.Length * (i + 1) / parts)];
                    wire.AddRange(Frames.Client(i == 0 ? FrameOpcode.Binary : FrameOpcode.Continuation, part, fin: i == parts - 1, mask: mask));
                }
            }
            Assert.Equal(messages.Select(m => Parsing.Line(FrameOpcode.Binary, m.Item1)), Parsing.Read(new FrameParser(1000), wire.Chunk(step)));
        }, iter: 500);

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31))];

    // Which arrays it holds is nobody's business but an idle connection's memory.
    private static IEnumerable<byte[]?> Buffers(FrameParser parser) =>
        typeof(FrameParser).GetFields(System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)
            .Where(f => f.FieldType == typeof(byte[])).Select(f => (byte[]?)f.GetValue(parser));
}
