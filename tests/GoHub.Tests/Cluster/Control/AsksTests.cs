using GoHub.Cluster;
using static GoHub.Tests.Cluster.Control.Beats;

namespace GoHub.Tests.Cluster.Control;

/// <summary>When a question is done, and who is said to be missing.</summary>
public sealed class AsksTests
{
    private static readonly NodeReply Whole = new() { Count = 1 };

    private readonly Asks _asks = new();

    [Fact]
    public void Answers_OfAll_EndTheAsk()
    {
        var ask = Open(1, 7, 8);
        Assert.Null(_asks.Answer(1, 7, Whole));
        Assert.Same(ask, _asks.Answer(1, 8, Whole));
        Assert.True(ask.IsDone);
        Assert.Empty(ask.Missing);
        Assert.Equal([7UL, 8UL], ask.Answers.Select(a => a.Node));
        Assert.Equal(0, _asks.Count);
    }

    [Fact]
    public void Answers_OfStrangers_AndToOtherQuestions_AndTwice_CountForNothing()
    {
        var ask = Open(1, 7, 8);
        Assert.Null(_asks.Answer(1, 9, Whole));
        Assert.Null(_asks.Answer(2, 7, Whole));
        Assert.Null(_asks.Answer(1, 7, Whole));
        Assert.Null(_asks.Answer(1, 7, Whole));
        Assert.Single(ask.Answers);
        Assert.False(ask.IsDone);
    }

    [Fact]
    public void Answer_InParts_IsDoneWithTheLast()
    {
        var ask = Open(1, 7);
        Assert.Null(_asks.Answer(1, 7, Part(0)));
        Assert.Null(_asks.Answer(1, 7, Part(1)));
        Assert.Same(ask, _asks.Answer(1, 7, new NodeReply { Part = 2 }));
        Assert.Equal(3, ask.Answers.Count);
        Assert.Empty(ask.Missing);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Answer_OfWhichAPartIsLost_IsMissing(int lost)
    {
        var ask = Open(1, 7);
        Assert.Null(_asks.Answer(1, 7, Part(1 - lost)));
        Assert.Same(ask, _asks.Answer(1, 7, new NodeReply { Part = 2 }));
        Assert.Equal([7UL], ask.Missing);
    }

    [Fact]
    public void Node_ThatIsGone_IsWaitedForNoLonger_AndItsSilenceIsItsAnswer()
    {
        var ask = Open(1, 7, 8);
        Assert.Empty(_asks.Gone(7, answersCount: true));
        Assert.Null(_asks.Answer(1, 7, Whole));
        Assert.Same(ask, _asks.Answer(1, 8, Whole));
        Assert.Empty(ask.Missing);
    }

    [Fact]
    public void Node_ThatIsGoneAsTheLast_EndsTheAsk()
    {
        var ask = Open(1, 7);
        Assert.Same(ask, Assert.Single(_asks.Gone(7, answersCount: true)));
        Assert.True(ask.IsDone);
    }

    [Fact]
    public void Ask_ThatNobodyGot_IsDoneWithNobodyMissing()
    {
        var ask = Open(1, 7);
        Assert.Same(ask, _asks.Nobody(1));
        Assert.Null(_asks.Nobody(1));
        Assert.Empty(ask.Missing);
        Assert.Empty(ask.Answers);
    }

    [Fact]
    public void Time_ThatIsUp_NamesTheMissing()
    {
        var ask = Open(1, 7, 8);
        _asks.Answer(1, 8, Whole);
        Assert.Empty(_asks.Tick(At(0.4)));
        Assert.Same(ask, Assert.Single(_asks.Tick(At(0.5))));
        Assert.Equal([7UL], ask.Missing);
    }

    [Fact]
    public void Answer_ThatIsEnough_EndsTheAskBeforeTheOthers()
    {
        var ask = new Ask(1, [7, 8, 9], At(0.5)) { EnoughIf = r => r.Count == 5 };
        _asks.Open(ask);
        Assert.Null(_asks.Answer(1, 7, Whole));
        Assert.Same(ask, _asks.Answer(1, 8, new NodeReply { Count = 5 }));
        Assert.Empty(ask.Missing);
    }

    [Fact]
    public void Ask_OfNobody_IsDoneAtOnce()
    {
        Assert.True(_asks.Open(new Ask(1, [], At(1))));
        Assert.Equal(0, _asks.Count);
    }

    [Fact]
    public void Asks_AreBounded_AndOneTooManyIsMissingAtOnce()
    {
        for (var i = 0UL; i < 10_000; i++)
        {
            Open(i, 7);
        }
        var more = new Ask(10_000, [7], At(1));
        Assert.True(_asks.Open(more));
        Assert.Equal([7UL], more.Missing);
        Assert.Equal(10_000, _asks.Tick(default, all: true).Count);
        Assert.Equal(0, _asks.Count);
    }

    private static NodeReply Part(int number) => new() { More = true, Part = number };

    private Ask Open(ulong correlation, params ulong[] nodes)
    {
        var ask = new Ask(correlation, [.. nodes], At(0.5));
        Assert.False(_asks.Open(ask));
        return ask;
    }
}
