using GoHub.Redis;

namespace GoHub.ClusterTests.Redis;

/// <summary>Messages are taken out of a connection's bytes, however those are cut, and nothing else is.</summary>
public sealed class PushBufferTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(null)]
    public async Task However_the_bytes_are_cut_messages_and_replies_are_what_was_sent(int? fixedSeed)
    {
        var seed = fixedSeed ?? Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        List<string> messages = [];
        var (wire, replies) = (new StringBuilder(), new StringBuilder());
        for (var i = 0; i < 2_000; i++)
        {
            if (random.Next(3) > 0)
            {
                var payload = Payload(random);
                messages.Add(payload);
                var (kind, channel) = random.Next(2) == 0 ? ("message", "gh1.x.a") : ("smessage", "gh1.x.r.message\r\n");
                wire.Append($"*3\r\n${kind.Length}\r\n{kind}\r\n${channel.Length}\r\n{channel}\r\n${payload.Length}\r\n{payload}\r\n");
            }
            else
            {
                var reply = Reply(random, 3);
                replies.Append(reply);
                wire.Append(reply);
            }
        }
        var sink = new Sink();
        await using var stream = new PushStream(new Pieces(Encoding.Latin1.GetBytes(wire.ToString()), random), sink);
        var read = new StringBuilder();
        var buffer = new byte[4096];
        int count;
        while ((count = await stream.ReadAsync(buffer.AsMemory(0, random.Next(1, buffer.Length)), TestContext.Current.CancellationToken)) > 0)
        {
            read.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        Assert.Equal(messages, sink.Messages);
        Assert.Equal(replies.ToString(), read.ToString());
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_passed_over_and_told()
    {
        var large = RedisBus.MaxFrame + 1;
        byte[] wire = [.. Message(large), .. new byte[large], .. "\r\n"u8, .. Message(2), .. "ok\r\n+PONG\r\n"u8];
        var sink = new Sink();
        await using var stream = new PushStream(new MemoryStream(wire), sink);
        var buffer = new byte[100];
        Assert.Equal("+PONG\r\n", Encoding.Latin1.GetString(buffer, 0, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken)));
        Assert.Equal(["ok"], sink.Messages);
        Assert.Equal(1, sink.TooLarge);
    }

    [Fact]
    public async Task Errors_are_told_and_passed_on()
    {
        var sink = new Sink();
        await using var stream = new PushStream(new MemoryStream("-WRONGPASS no\r\n"u8.ToArray()), sink);
        var buffer = new byte[100];
        Assert.Equal(15, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken));
        Assert.Equal(["-WRONGPASS no\r\n"], sink.Errors);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("*3\r\n$7\r\nmessage\r\n$-1\r\n")]
    [InlineData("*3\r\n$7\r\nmessage\r\n$99999999999\r\n")]
    [InlineData("*3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$-5\r\n")]
    [InlineData("*3\r\n$7\r\nmessage\r\n$x\r\n")]
    [InlineData("$2147483647\r\n")]
    [InlineData("*\r\n")]
    public async Task What_is_not_redis_ends_the_connection(string wire)
    {
        await using var stream = new PushStream(new MemoryStream(Encoding.Latin1.GetBytes(wire)), new Sink());
        await Assert.ThrowsAsync<InvalidDataException>(async () => _ = await stream.ReadAsync(new byte[100], TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(null)]
    public async Task Random_bytes_end_the_connection_or_are_waited_for(int? fixedSeed)
    {
        var seed = fixedSeed ?? Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var i = 0; i < 3_000; i++)
        {
            var wire = Encoding.Latin1.GetBytes("*3\r\n$7\r\nmessage\r\n$3\r\nabc\r\n$5\r\nhello\r\n:1\r\n");
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                wire[random.Next(wire.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : "$*:+-0123456789\r\n"u8[random.Next(17)];
            }
            await using var stream = new PushStream(new Pieces(wire, random), new Sink());
            try
            {
                while (await stream.ReadAsync(new byte[100], TestContext.Current.CancellationToken) > 0)
                {
                }
            }
            catch (InvalidDataException)
            {
                // Says so, and nothing else.
            }
        }
    }

    private static byte[] Message(int length) => Encoding.Latin1.GetBytes($"*3\r\n$7\r\nmessage\r\n$1\r\nx\r\n${length}\r\n");

    private static string Payload(Random random) => random.Next(20) switch
    {
        0 => "",
        1 => "*3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$2\r\nno\r\n",
        2 => new string('y', random.Next(200_000)),
        _ => string.Create(random.Next(300), random, static (text, r) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = (char)r.Next(256);
            }
        }),
    };

    private static string Reply(Random random, int depth) => random.Next(depth > 0 ? 9 : 7) switch
    {
        0 => "+OK\r\n",
        1 => "-ERR bad\r\n",
        2 => $":{random.Next()}\r\n",
        3 => "$-1\r\n",
        4 => "$0\r\n\r\n",
        5 => "*-1\r\n",
        6 => Bulk(new string('z', random.Next(3_000))),
        7 => $"*3\r\n{Bulk("subscribe")}{Bulk("gh1.x.a")}:1\r\n",
        _ => Array(random, depth),
    };

    private static string Bulk(string text) => $"${text.Length}\r\n{text}\r\n";

    private static string Array(Random random, int depth)
    {
        var items = random.Next(5);
        return $"*{items}\r\n{string.Concat(Enumerable.Range(0, items).Select(_ => Reply(random, depth - 1)))}";
    }

    private sealed class Sink : IPushSink
    {
        public List<string> Messages { get; } = [];

        public List<string> Errors { get; } = [];

        public int TooLarge { get; private set; }

        public void OnPush(ReadOnlySpan<byte> payload) => Messages.Add(Encoding.Latin1.GetString(payload));

        public void OnTooLarge() => TooLarge++;

        public void OnError(ReadOnlySpan<byte> error) => Errors.Add(Encoding.Latin1.GetString(error));

        public void OnUntrusted(string why)
        {
        }
    }

    /// <summary>Gives its bytes in pieces of any length.</summary>
    private sealed class Pieces(byte[] bytes, Random random) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var most = random.Next(4) == 0 ? random.Next(1, 20) : random.Next(1, 100_000);
            return base.ReadAsync(buffer[..Math.Min(buffer.Length, most)], cancellationToken);
        }
    }
}
