using GoHub.Cluster;
using static GoHub.Tests.Cluster.Control.Beats;

namespace GoHub.Tests.Cluster.Control;

/// <summary>A kick is told again until everybody has acknowledged it.</summary>
public sealed class KicksTests
{
    private static readonly NodeCommand Command = new(NodeOperation.Disconnect) { User = "u" };

    [Fact]
    public void Kick_AsOfLater_MeansThoseThatWereThereThen()
    {
        var kick = new Kicks().Add(Command, At(10));
        Assert.Equal(0, kick.AsOf(At(10)).MinAge);
        Assert.Equal(2500, kick.AsOf(At(12.5)).MinAge);
    }

    [Fact]
    public void Kicks_AreKeptForTenMinutes_AndNoMoreThan256()
    {
        var kicks = new Kicks();
        for (var i = 0; i < 300; i++)
        {
            kicks.Add(Command, At(i));
        }
        Assert.Equal(256, kicks.NotHeardBy(7).Count());
        kicks.Tick(At(600 + 299));
        Assert.Single(kicks.NotHeardBy(7));
        kicks.Tick(At(600 + 299.1));
        Assert.Empty(kicks.NotHeardBy(7));
    }

    [Fact]
    public void Core_TellsAKickAgainAtEachHeartbeat_UntilTheNodeHasAnswered()
    {
        var core = Core(At(0), 7);
        core.AddKick(Command, At(1));
        var first = core.Heard(7, Ready, At(2)).Command(NodeOperation.Disconnect)!;
        Assert.Equal(1000, first.Command.MinAge);
        core.Pass(2, 4);
        // Nobody has answered: a part of the way is broken, or the node was away.
        var second = core.Heard(7, Ready, At(4)).Command(NodeOperation.Disconnect)!;
        Assert.Equal(3000, second.Command.MinAge);
        core.Replied(7, second.Correlation, new NodeReply(), At(4.1));
        Assert.Null(core.Heard(7, Ready, At(6)).Command(NodeOperation.Disconnect));
    }

    [Fact]
    public void Core_TellsAKick_ToANodeThatComesBackAfterItWasGivenUp()
    {
        var core = Core(At(0), 7);
        core.AddKick(Command, At(1));
        Assert.NotNull(core.Pass(1, 11).Only<Effect.PeerGone>());
        Assert.NotNull(core.Heard(7, Ready, At(12)).Command(NodeOperation.Disconnect));
    }

    [Fact]
    public void Core_WhoseQuestionNobodyGot_TellsTheKickAgain()
    {
        var core = Core(At(0), 7);
        var kick = core.AddKick(Command, At(1));
        var ask = core.Open(null, At(1), null, kick: kick);
        core.Nobody(ask.Correlation);
        Assert.NotNull(core.Heard(7, Ready, At(2)).Command(NodeOperation.Disconnect));
    }

    [Fact]
    public void Core_ThatWasAnsweredTheFirstTime_TellsNobodyAgain()
    {
        var core = Core(At(0), 7, 8);
        var kick = core.AddKick(Command, At(1));
        var ask = core.Open(null, At(1), null, kick: kick);
        core.Replied(7, ask.Correlation, new NodeReply(), At(1.1));
        core.Pass(1.1, 1.7);
        Assert.Equal([8UL], ask.Missing);
        Assert.Null(core.Heard(7, Ready, At(2)).Command(NodeOperation.Disconnect));
        Assert.NotNull(core.Heard(8, Ready, At(2)).Command(NodeOperation.Disconnect));
    }
}
