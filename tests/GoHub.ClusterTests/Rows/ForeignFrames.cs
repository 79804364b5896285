using System.Buffers.Binary;
using System.Globalization;
using GoHub.Bus;
using GoHub.ClusterTests.Behaviour;

namespace GoHub.ClusterTests.Rows;

/// <summary>Row 21: whatever somebody publishes to the nodes' subjects, the nodes live, count it and go on; clients notice nothing.</summary>
public sealed class ForeignFrames
{
    private const ulong Stranger = 0x5747_5747_5747_5747;

    [Theory]
    [InlineData("redis")]
    [InlineData("nats")]
    public async Task What_is_no_frame_is_dropped_and_counted(string bus)
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var cluster = await RowCluster.StartNewAsync(bus);
        await using var a = await Caller.ConnectAsync(cluster.A, "alice");
        await using var b = await Caller.ConnectAsync(cluster.B, "bob");
        await a.JoinAsync("room");
        await b.JoinAsync("room");
        var good = BusFrame.Write(BusFrameKind.Room, Stranger, "room"u8, "{}"u8, stream: 1, sequence: 1, correlation: 9);
        var wrong = new List<byte[]> { Array.Empty<byte>(), new byte[1], new byte[52], Changed(good, 0, 0xB2), Changed(good, 0, 0xBF), Changed(good, 0, (byte)'{'), Changed(good, 1, 0), Changed(good, 1, 255), Changed(good, 3, 255) };
        wrong.AddRange(Enumerable.Range(0, good.Length).Select(length => good[..length]));
        wrong.Add([.. good, 0]);
        foreach (var (at, size) in new[] { (4, 4), (48, 2) })
        {
            foreach (var length in new uint[] { 0, 1, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF })
            {
                var lying = Changed(good, at, (byte)length);
                BinaryPrimitives.WriteUInt32LittleEndian(lying.AsSpan(at), size == 4 ? length : length & 0xFFFF);
                wrong.Add(lying);
            }
        }
        for (var i = 0; i < 200; i++)
        {
            var noise = new byte[random.Next(300)];
            random.NextBytes(noise);
            wrong.Add(noise);
        }
        // A few of those are frames after all, as chance and the lengths of the good one will have it.
        var malformed = wrong.Count(f => !BusFrame.TryRead(f, out _));
        Assert.InRange(malformed, wrong.Count - 3, wrong.Count);
        string[] subjects = [.. Subjects(cluster)];
        var before = await MalformedAsync(cluster.A);
        foreach (var subject in subjects)
        {
            await cluster.Bus.PublishAsync(subject, wrong);
        }
        await Eventually.HoldsAsync("all are counted", async () => await MalformedAsync(cluster.A) == before + (malformed * subjects.Length));
        await NothingNoticedAsync(cluster, a, b);
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("nats")]
    public async Task Frames_that_make_no_sense_do_nothing(string bus)
    {
        await using var cluster = await RowCluster.StartNewAsync(bus);
        await using var a = await Caller.ConnectAsync(cluster.A, "alice");
        await using var b = await Caller.ConnectAsync(cluster.B, "bob");
        await a.JoinAsync("room");
        await b.JoinAsync("room");
        var self = ulong.Parse(cluster.A.Hub.Nodes.Self.NodeId, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var frames = new List<byte[]>();
        foreach (var kind in new[] { 0, 8, 9, 12, 77, 255 })
        {
            frames.Add(BusFrame.Write((BusFrameKind)kind, Stranger, "room"u8, "{}"u8));
        }
        frames.Add(BusFrame.Write(BusFrameKind.Room, Stranger, default, """{"message_type":"without a room"}"""u8));
        frames.Add(BusFrame.Write(BusFrameKind.Room, Stranger, "no such room"u8, "{}"u8));
        frames.Add(BusFrame.Write(BusFrameKind.Room, Stranger, [0xFF, 0xFE], "{}"u8));
        frames.Add(BusFrame.Write(BusFrameKind.Room, Stranger, new byte[60_000], "{}"u8));
        frames.Add(BusFrame.Write(BusFrameKind.User, Stranger, "nobody"u8, "{}"u8, correlation: 5));
        frames.Add(BusFrame.Write(BusFrameKind.Connection, Stranger, "nobody"u8, "{}"u8, correlation: 6));
        frames.Add(BusFrame.Write(BusFrameKind.Probe, Stranger, "room"u8, "{}"u8));
        frames.Add(BusFrame.Write(BusFrameKind.Beacon, Stranger, default, default, stream: 1, sequence: ulong.MaxValue));
        foreach (var subject in Subjects(cluster).Where(s => !s.Contains(".n.", StringComparison.Ordinal)))
        {
            await cluster.Bus.PublishAsync(subject, frames);
        }
        // As if the node itself had said it, in an earlier life or by somebody who has recorded it. Others would have to believe it.
        await cluster.Bus.PublishAsync($"gh1.{cluster.Namespace}.n.{cluster.A.Hub.Nodes.Self.NodeId}", Enum.GetValues<BusFrameKind>().Select(kind =>
            BusFrame.Write(kind, self, "room"u8, """{"message_type":"replayed"}"""u8, stream: 5, sequence: 77, correlation: 4)));
        await NothingNoticedAsync(cluster, a, b);
        Assert.Equal(6 * 3, await RowCluster.ReceivedAsync(cluster.B, "unknown"));
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("nats")]
    public async Task Hostile_control_messages_do_no_harm(string bus)
    {
        await using var cluster = await RowCluster.StartNewAsync(bus);
        await using var a = await Caller.ConnectAsync(cluster.A, "alice");
        await using var b = await Caller.ConnectAsync(cluster.B, "bob");
        await a.JoinAsync("room");
        await b.JoinAsync("room");
        var deep = string.Concat(Enumerable.Repeat("[", 5000));
        string[] bodies =
        [
            "", " ", "null", "1", "\"x\"", "[]", "{", "{}", "{}{}", "\0\0\0", "{\"a\":" + deep, deep, "\uFFFF",
            """{"name":null,"version":null,"state":1,"connections":-5,"rooms":-2147483648,"startedAt":9223372036854775807}""",
            """{"name":"x","version":"","state":1,"startedAt":-9223372036854775808}""",
            """{"name":"x","version":"","state":99,"startedAt":1}""",
            """{"operation":99}""", """{"operation":-1}""", """{"operation":"x"}""", """{"operation":1e400}""", """{"operation":9223372036854775808}""",
            """{"operation":1,"entries":[null]}""", """{"operation":1,"entries":[{}]}""", """{"operation":1,"entries":[{"kind":"x"}]}""",
            """{"operation":1,"entries":[{"kind":"room"}]}""", """{"operation":1,"entries":[{"kind":"room","id":"","epoch":1,"creator":1,"name":"","maxClients":0}]}""",
            """{"operation":1,"entries":[{"kind":"room","id":"bad","epoch":4294967295,"creator":1,"name":null,"maxClients":-7}]}""",
            """{"operation":1,"entries":[{"kind":"revocation"}]}""", """{"operation":1,"entries":[{"kind":"revocation","subject":"","issuedUntil":-1,"until":-1}]}""",
            $$"""{"operation":1,"entries":[{"kind":"room","id":"{{new string('x', 100_000)}}","epoch":1,"creator":1,"name":"x","maxClients":0}]}""",
            """{"operation":2}""", """{"operation":3,"room":""}""", """{"operation":8,"room":"\ud800"}""", """{"operation":10,"room":"room","connection":"nobody"}""",
            """{"operation":13,"connection":"nobody","code":-1,"minAge":-9223372036854775808}""", """{"operation":13}""",
            """{"operation":7,"isUnknown":true,"more":true,"count":-1,"members":[null],"rooms":[null],"connections":[null],"entries":[null]}""",
            $$"""{"operation":1,"reason":"{{new string('y', 900_000)}}"}""",
        ];
        var frames = from body in bodies
                     from kind in new[] { BusFrameKind.Heartbeat, BusFrameKind.Command, BusFrameKind.Reply }
                     from correlation in new ulong[] { 0, 7 }
                     select BusFrame.Write(kind, Stranger, default, Encoding.UTF8.GetBytes(body), correlation: correlation);
        await cluster.Bus.PublishAsync($"gh1.{cluster.Namespace}.c", frames);
        await cluster.Bus.PublishAsync($"gh1.{cluster.Namespace}.n.{cluster.A.Hub.Nodes.Self.NodeId}", frames);
        await Eventually.HoldsAsync("they are heard", async () => await RowCluster.ReceivedAsync(cluster.B, "command") >= bodies.Length * 2);
        await NothingNoticedAsync(cluster, a, b);
        Assert.InRange(await MalformedAsync(cluster.A), 20, double.MaxValue);
        foreach (var node in cluster.Nodes)
        {
            Assert.Contains(node.Hub.Nodes.List(), n => n.NodeId == cluster.A.Hub.Nodes.Self.NodeId);
            Assert.Empty(node.Errors);
        }
        Assert.DoesNotContain(await RoomsAsync(a), r => r.Length > 256 || r.Length == 0 || r == "bad");
        await a.CreateAsync("a new one");
        await Eventually.HoldsAsync("both have it", async () => (await RoomsAsync(b)).Contains("a new one"));
    }

    private static async Task<string[]> RoomsAsync(Caller caller) =>
        [.. (await caller.AskAsync("list_rooms", null, "rooms")).Data.GetProperty("rooms").EnumerateArray().Select(r => r.GetProperty("room_id").GetString()!)];

    private static IEnumerable<string> Subjects(RowCluster cluster) =>
        new[] { "a", "c", $"n.{cluster.A.Hub.Nodes.Self.NodeId}", "r.room" }.Select(s => $"gh1.{cluster.Namespace}.{s}");

    private static async Task<double> MalformedAsync(InProcessNode node) => (await RowCluster.MetricsAsync(node))["gohub_bus_frames_malformed_total"];

    /// <summary>Nothing is in the clients' way, and they reach each other.</summary>
    private static async Task NothingNoticedAsync(RowCluster cluster, Caller a, Caller b)
    {
        foreach (var (from, to) in new[] { (a, b), (b, a) })
        {
            Assert.Equal("bus", (await from.SayAsync("room", "still here")).Text("level"));
            await to.HearsAsync("room", from, "still here");
        }
        await a.HearsNothingFromAsync(b);
        await b.HearsNothingFromAsync(a);
        Assert.All(cluster.Nodes, n => Assert.True(n.Hub.Nodes.IsConnected));
        Assert.All(await Task.WhenAll(cluster.Nodes.Select(RowCluster.MetricsAsync)), m => Assert.Equal(0, m["gohub_bus_outages_total"]));
    }

    private static byte[] Changed(byte[] frame, int at, byte value)
    {
        byte[] changed = [.. frame];
        changed[at] = value;
        return changed;
    }
}
