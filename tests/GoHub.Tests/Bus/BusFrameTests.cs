using System.Buffers.Binary;
using System.Text;
using GoHub.Bus;

namespace GoHub.Tests.Bus;

/// <summary>What is written can be read, and what is not a frame is refused without a throw, whatever it is.</summary>
public sealed class BusFrameTests(ITestOutputHelper output)
{
    private static readonly Gen<Frame> Frames = Gen.Select(
        Gen.Select(Gen.Byte[1, 11], Gen.ULong, Gen.ULong, Gen.ULong),
        Gen.Byte.Array[0, 300],
        Gen.OneOf(Gen.Byte.Array[0, 50], Gen.Byte.Array[1000, 70_000]),
        Gen.OneOf(Gen.Const(Array.Empty<byte>()), Gen.Byte.Array[BusFrame.ExcludeBytes]),
        Gen.OneOf(Gen.Const(0UL), Gen.ULong),
        Gen.Bool,
        (head, name, body, exclude, correlation, binary) =>
            new Frame((BusFrameKind)head.Item1, head.Item2, head.Item3, head.Item4, name, body, exclude, correlation, binary));

    [Fact]
    public void Read_WhatWasWritten_IsTheSame() => Frames.Sample(frame =>
    {
        var bytes = frame.Write();
        Assert.True(BusFrame.TryRead(bytes, out var read));
        Assert.Equal(frame, Frame.Of(read));
        Assert.InRange(bytes.Length, 52, BusFrame.MaxLength(frame.Name.Length, frame.Body.Length));
    }, iter: 2000);

    [Fact]
    public void Read_AnyShorterPart_IsRefused()
    {
        var bytes = Example().Write();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(BusFrame.TryRead(bytes.AsSpan(0, length), out _));
        }
        Assert.False(BusFrame.TryRead([.. bytes, 0], out _));
    }

    [Fact]
    public void Read_AnotherMagicOrMajorVersion_IsRefused()
    {
        var bytes = Example().Write();
        for (var first = 0; first <= byte.MaxValue; first++)
        {
            bytes[0] = (byte)first;
            Assert.Equal(first == BusFrame.Magic, BusFrame.TryRead(bytes, out _));
        }
    }

    [Fact]
    public void Read_AHeaderALaterMinorVersionMadeLonger_IsUnderstood()
    {
        var frame = Example();
        var bytes = frame.Write();
        var header = bytes[1] * 4;
        byte[] longer = [.. bytes[..header], .. new byte[12], .. bytes[header..]];
        longer[1] += 3;
        Assert.True(BusFrame.TryRead(longer, out var read));
        Assert.Equal(frame, Frame.Of(read));
    }

    [Fact]
    public void Read_AnUnknownKind_IsStillAFrame()
    {
        var bytes = Example().Write();
        bytes[2] = 200;
        Assert.True(BusFrame.TryRead(bytes, out var read));
        Assert.Equal(200, (int)read.Kind);
    }

    [Theory]
    [InlineData(1, (byte)0)]
    [InlineData(1, (byte)12)]
    [InlineData(1, (byte)255)]
    [InlineData(4, (byte)0xFF)]
    [InlineData(7, (byte)0x7F)]
    [InlineData(7, (byte)0xFF)]
    [InlineData(48, (byte)0xFF)]
    [InlineData(49, (byte)0xFF)]
    public void Read_ALengthThatLies_IsRefused(int at, byte value)
    {
        var bytes = Example().Write();
        Assert.NotEqual(value, bytes[at]);
        bytes[at] = value;
        Assert.False(BusFrame.TryRead(bytes, out _));
    }

    [Fact]
    public void Read_ABodyLengthAndANameLengthThatLieTogether_StaysWithinTheFrame()
    {
        var bytes = Example().Write();
        var name = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(48));
        var body = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(48), (ushort)(name + body));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), 0);
        Assert.True(BusFrame.TryRead(bytes, out var read));
        Assert.Equal(name + body, (uint)read.Name.Length);
        Assert.True(read.Body.IsEmpty);
    }

    [Fact]
    public void Read_FlagsWithoutTheirOptions_AreRefused()
    {
        var bytes = BusFrame.Write(BusFrameKind.Room, 1, "room"u8, "body"u8);
        foreach (var flags in new[] { BusFrameFlags.Exclude, BusFrameFlags.Correlation, BusFrameFlags.Exclude | BusFrameFlags.Correlation })
        {
            bytes[3] = (byte)flags;
            Assert.False(BusFrame.TryRead(bytes, out _));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(null)]
    public void Read_Anything_NeverThrows(int? fixedSeed)
    {
        var seed = fixedSeed ?? Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        List<byte[]> corpus = [Example().Write(), BusFrame.Write(BusFrameKind.Probe, 7, [], []), BusFrame.Write(BusFrameKind.All, 1, "u"u8, new byte[2000])];
        var good = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = i % 4 == 0 ? Noise(random) : Fuzzing.Mutation.Of(corpus, random);
            if (BusFrame.TryRead(bytes, out var read))
            {
                good++;
                Assert.True(read.Name.Length + read.Body.Length <= bytes.Length);
                _ = Frame.Of(read);
            }
        }
        Assert.InRange(good, 100, 50_000);
    }

    [Fact]
    public void Write_ANameThatIsTooLong_IsTheCallersMistake()
    {
        Assert.ThrowsAny<ArgumentException>(() => BusFrame.Write(BusFrameKind.Room, 1, new byte[65_536], []));
        Assert.True(BusFrame.TryRead(BusFrame.Write(BusFrameKind.Room, 1, new byte[65_535], [1]), out var read));
        Assert.Equal(65_535, read.Name.Length);
    }

    private static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        if (bytes.Length > 60 && random.Next(2) == 0)
        {
            // Far enough in to be looked at.
            (bytes[0], bytes[1]) = (BusFrame.Magic, (byte)random.Next(12, 24));
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)random.Next(200));
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(48), (ushort)random.Next(100));
        }
        return bytes;
    }

    private static Frame Example() => new(BusFrameKind.Room, 3, 4, 5, "lobby"u8.ToArray(), Encoding.UTF8.GetBytes("""{"a":1}"""), [.. Enumerable.Range(1, BusFrame.ExcludeBytes).Select(i => (byte)i)], 99, true);

    private sealed record Frame(BusFrameKind Kind, ulong Publisher, ulong Sequence, ulong Stream, byte[] Name, byte[] Body, byte[] Exclude, ulong Correlation, bool Binary)
    {
        public byte[] Write() =>
            BusFrame.Write(Kind, Publisher, Name, Body, Binary ? BusFrameFlags.Binary : BusFrameFlags.None, Stream, Sequence, Exclude, Correlation);

        public static Frame Of(BusFrame read) => new(
            read.Kind, read.Publisher, read.Sequence, read.Stream, read.Name.ToArray(), read.Body.ToArray(), read.Exclude.ToArray(), read.Correlation, read.IsBinary);

        public bool Equals(Frame? other) => other is not null
            && (Kind, Publisher, Sequence, Stream, Correlation, Binary) == (other.Kind, other.Publisher, other.Sequence, other.Stream, other.Correlation, other.Binary)
            && Name.AsSpan().SequenceEqual(other.Name) && Body.AsSpan().SequenceEqual(other.Body) && Exclude.AsSpan().SequenceEqual(other.Exclude);

        public override int GetHashCode() => HashCode.Combine(Kind, Publisher, Sequence, Stream);
    }
}
