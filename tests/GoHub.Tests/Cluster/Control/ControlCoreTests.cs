using System.Text.Json;
using GoHub.Cluster;
using static GoHub.Tests.Cluster.Control.Beats;

namespace GoHub.Tests.Cluster.Control;

/// <summary>What one node does at one event; what many do together is left to the simulation.</summary>
public sealed class ControlCoreTests
{
    private static readonly RoomEntry Room = new("a", 1, 7, "a", 0, false);

    [Fact]
    public void Bus_ThatIsThere_IsGreeted_AndAGreetingIsAnswered()
    {
        Assert.True(Core().BusUp(At(0)).Only<Effect.SendHeartbeat>() is { To: null, Heartbeat.Hello: true });
        var core = Core(At(0), 7);
        Assert.True(core.Heard(7, Ready with { Hello = true }, At(1)).Only<Effect.SendHeartbeat>() is { To: 7, Heartbeat.Hello: false });
        Assert.Null(core.Heard(7, Ready, At(1)).Only<Effect.SendHeartbeat>());
    }

    [Fact]
    public void Heartbeats_GoOutEveryTwoSeconds_GiveOrTakeATenth()
    {
        var core = Core(At(0));
        var count = 0;
        for (var at = 0.0; at < 200; at += 0.01)
        {
            count += core.Tick(At(at)).OfType<Effect.SendHeartbeat>().Count();
            core.ProbeEchoed();
        }
        Assert.InRange(count, 90, 112);
    }

    [Fact]
    public void Sleep_OfThisProcess_IsNobodysDeath()
    {
        var core = Core(At(0), 7);
        core.Pass(0, 2);
        Assert.Null(core.Tick(At(60)).Only<Effect.PeerGone>());
        Assert.Equal([7UL], core.Open(null, At(60), null).Waiting);
        Assert.NotNull(core.Pass(60.25, 70.5).Only<Effect.PeerGone>());
    }

    [Fact]
    public void Digests_ThatDifferTwice_AreAReasonToPull_AndOnceIsNot()
    {
        var core = Core(At(0), 7);
        core.Heard(7, Ready, At(1));
        Assert.Null(core.Heard(7, Ready with { Directory = 5 }, At(2)).Command(NodeOperation.Pull));
        Assert.NotNull(core.Heard(7, Ready with { Directory = 5 }, At(4)).Command(NodeOperation.Pull));
        Assert.True(core.IsPulling);
        // One at a time.
        Assert.Null(core.Heard(7, Ready with { Directory = 5 }, At(4.1)).Command(NodeOperation.Pull));
    }

    [Theory]
    [InlineData("answered")]
    [InlineData("nobody")]
    [InlineData("time")]
    public void Pull_HoweverItEnds_CanBeDoneAgain(string end)
    {
        var core = Core(At(0));
        var pull = core.Heard(7, Ready with { Directory = 5 }, At(0)).Command(NodeOperation.Pull)!;
        switch (end)
        {
            case "answered":
                core.Replied(7, pull.Correlation, new NodeReply(), At(0.1));
                break;
            case "nobody":
                core.Nobody(pull.Correlation);
                break;
            default:
                core.Pass(0, 0.75);
                break;
        }
        Assert.False(core.IsPulling);
        Assert.NotNull(core.Heard(7, Ready with { Directory = 5 }, At(2)).Command(NodeOperation.Pull));
    }

    [Fact]
    public void Pull_IsNotEndedByTheAnswerToAnotherQuestion()
    {
        var core = Core(At(0));
        core.Heard(7, Ready with { Directory = 5 }, At(0));
        var ask = core.Open(null, At(0), null);
        core.Replied(7, ask.Correlation, new NodeReply(), At(0.1));
        Assert.True(core.IsPulling);
    }

    [Fact]
    public void Pull_OfManyEntriesWithTheWorstNames_ComesInFramesThatEveryBusCarries()
    {
        var core = Core(At(0));
        var worst = new string('"', 250);
        for (var i = 0; i < 450; i++)
        {
            core.Adopt(Room with { Id = $"{worst}{i}", Name = worst }, At(0));
        }
        var parts = core.Commanded(7, 1, new NodeCommand(NodeOperation.Pull), At(0)).OfType<Effect.SendReply>().Select(r => r.Reply).ToList();
        Assert.Equal(450, parts.Sum(p => p.Entries?.Length ?? 0));
        Assert.Equal(Enumerable.Range(0, parts.Count), parts.Select(p => p.Part));
        Assert.Equal([.. Enumerable.Repeat(true, parts.Count - 1), false], parts.Select(p => p.More));
        Assert.All(parts, p => Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(p, ControlJson.Default.NodeReply).Length, 0, 512 * 1024));
    }

    [Fact]
    public void Goodbye_IsHeardAtOnce_AndNothingThatCameBeforeBringsTheNodeBack()
    {
        var core = Core(At(0), 7, 8);
        var ask = core.Open(null, At(1), new TaskCompletionSource<Ask>());
        core.Replied(8, ask.Correlation, new NodeReply(), At(1));
        var effects = core.Heard(7, Leaving, At(1.1));
        Assert.True(effects.Only<Effect.PeerGone>()!.Left);
        Assert.Same(ask, effects.Only<Effect.Answered>()!.Ask);
        Assert.Empty(ask.Missing);
        Assert.Empty(core.Heard(7, Ready, At(1.2)));
        Assert.Null(core.Find(7));
    }

    [Fact]
    public void Suspects_AreMissingFromTheStart()
    {
        var core = Core(At(0), 7);
        core.Pass(0, 7);
        var ask = core.Open(null, At(7), null);
        Assert.True(ask.IsDone);
        Assert.Equal([7UL], ask.Missing);
    }

    [Fact]
    public void Bus_ThatIsDown_EndsAllQuestions_AndNewOnesAtOnce()
    {
        var core = Core(At(0), 7);
        var ask = core.Open(null, At(0), new TaskCompletionSource<Ask>());
        Assert.Same(ask, core.BusDown(At(0.1)).Only<Effect.Answered>()!.Ask);
        Assert.Equal([7UL], ask.Missing);
        Assert.Equal([7UL], core.Open(null, At(0.2), null).Missing);
        Assert.Empty(core.Pass(0.25, 60));
        core.BusUp(At(60));
        Assert.Null(core.Pass(60.25, 69).Only<Effect.PeerGone>());
    }

    [Fact]
    public void Bus_ThatCarriesNothing_IsReportedOnce()
    {
        var core = Core(At(0));
        var silent = 0;
        for (var at = 0.0; at < 8; at += 0.25)
        {
            silent += core.Tick(At(at)).OfType<Effect.BusSilent>().Count();
        }
        Assert.Equal(1, silent);
    }

    [Fact]
    public void Reached_TellsHowFarThePeerWasAHeartbeatAgo()
    {
        var core = Core(At(0));
        Assert.Null(core.Heard(7, Ready with { Stream = 3, Sequence = 5 }, At(0)).Only<Effect.PeerReached>());
        Assert.Equal(new Effect.PeerReached(7, 3, 5), core.Heard(7, Ready with { Stream = 3, Sequence = 9 }, At(2)).Only<Effect.PeerReached>());
    }

    [Fact]
    public void Reached_IsNotSaid_OfAHeartbeatThatCameJustBefore()
    {
        var core = Core(At(0), 7);
        core.Heard(7, Ready with { Stream = 3, Sequence = 5 }, At(2));
        Assert.Null(core.Heard(7, Ready with { Stream = 3, Sequence = 5 }, At(2.1)).Only<Effect.PeerReached>());
    }

    [Fact]
    public void Deletion_ByOneWhoDoesNotKnowTheEntry_TakesRoomAndEntry()
    {
        var core = Core(At(0), 7);
        core.Adopt(Room, At(0));
        var effects = core.Commanded(7, 3, new NodeCommand(NodeOperation.DeleteRoom) { Room = "a" }, At(1));
        // The room first, so that the answer says that there was one.
        Assert.Equal([typeof(Effect.Perform), typeof(Effect.EntryChanged)], effects.Select(e => e.GetType()));
        Assert.False(core.Find(Room.Key)!.IsAlive);
    }

    [Fact]
    public void Deletion_OfARoomThatWasCreatedAnewSince_LeavesTheNewOne()
    {
        var core = Core(At(0), 7);
        core.Adopt(Room with { Epoch = 2 }, At(0));
        var effects = core.Commanded(7, 3, new NodeCommand(NodeOperation.DeleteRoom) { Room = "a", Entries = [Room with { Deleted = true }] }, At(1));
        Assert.Null(effects.Only<Effect.Perform>());
        Assert.Equal(RoomResult.NotFound, effects.Only<Effect.SendReply>()!.Reply.Room);
        Assert.True(core.Find(Room.Key)!.IsAlive);
    }

    [Fact]
    public void Deletion_OfARoomThatWasNeverKnownHere_LeavesOneThatCameByAJoin()
    {
        var core = Core(At(0), 7);
        Assert.Empty(core.Replied(7, 3, new NodeReply { Entries = [Room with { Deleted = true }] }, At(1)));
        // But it is remembered: the room itself may come later.
        Assert.Empty(core.Replied(7, 3, new NodeReply { Entries = [Room] }, At(2)));
    }

    [Fact]
    public void Creator_ThatHasForgottenADeletion_IsTold_AndCountsOn()
    {
        var (creator, other) = (Core(At(0), 2), Core(2));
        other.BusUp(At(0));
        other.Adopt(Room with { Epoch = 4, Deleted = true }, At(0));
        Assert.True(creator.TryBeginClaim("a", At(0)));
        var consent = other.Commanded(1, 3, new NodeCommand(NodeOperation.ClaimRoom) { Room = "a" }, At(0)).Only<Effect.SendReply>()!.Reply;
        Assert.Equal(RoomResult.Ok, consent.Room);
        creator.Replied(2, 3, consent, At(0));
        var entry = creator.NextRoom("a", "a", 0)!;
        Assert.Equal(5u, entry.Epoch);
        other.Commanded(1, 4, new NodeCommand(NodeOperation.Share) { Entries = [entry] }, At(0));
        Assert.Equal(entry, other.Find(entry.Key));
    }

    [Fact]
    public void Creator_ThatHasGivenWay_CreatesNothing()
    {
        var core = Core(5);
        core.BusUp(At(0));
        Assert.True(core.TryBeginClaim("a", At(0)));
        core.Commanded(4, 1, new NodeCommand(NodeOperation.ClaimRoom) { Room = "a" }, At(0));
        Assert.Null(core.NextRoom("a", "a", 0));
    }
}
