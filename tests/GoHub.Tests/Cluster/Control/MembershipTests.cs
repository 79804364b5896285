using GoHub.Cluster;
using static GoHub.Tests.Cluster.Control.Beats;

namespace GoHub.Tests.Cluster.Control;

/// <summary>When a silent node is suspect, dead, or excused.</summary>
public sealed class MembershipTests
{
    private readonly Membership _members = new();

    [Fact]
    public void Heard_OfANewNode_SaysThatItJoined_AndOfAKnownOneThatItDidNot()
    {
        Assert.True(_members.Heard(7, Ready, At(0)).Joined);
        Assert.False(_members.Heard(7, Ready, At(1)).Joined);
        Assert.Equal([7UL], _members.Peers.Select(p => p.Node));
    }

    [Theory]
    [InlineData(6, false)]
    [InlineData(6.001, true)]
    [InlineData(10, true)]
    public void Silence_OfMoreThanSixSeconds_IsSuspect(double silence, bool isSuspect)
    {
        _members.Heard(7, Ready, At(100));
        Assert.Empty(_members.Tick(At(100 + silence)));
        Assert.Equal(isSuspect, _members.Find(7)!.IsSuspect);
    }

    [Fact]
    public void Silence_OfMoreThanTenSeconds_IsDeath()
    {
        _members.Heard(7, Ready, At(100));
        _members.Heard(8, Ready, At(101));
        Assert.Equal([7UL], _members.Tick(At(110.5)).Select(p => p.Node));
        Assert.Equal([8UL], _members.Peers.Select(p => p.Node));
        Assert.True(_members.Heard(7, Ready, At(111)).Joined);
    }

    [Fact]
    public void Word_FromASuspect_EndsTheSuspicion()
    {
        _members.Heard(7, Ready, At(0));
        _members.Tick(At(8));
        _members.Heard(7, Ready, At(8.1));
        Assert.False(_members.Find(7)!.IsSuspect);
    }

    [Fact]
    public void Excuse_GivesEverybodyTheTimeFromNow()
    {
        _members.Heard(7, Ready, At(0));
        _members.Excuse(At(60));
        Assert.Empty(_members.Tick(At(70)));
        Assert.Single(_members.Tick(At(70.1)));
    }

    [Fact]
    public void Leave_TakesANodeAwayAtOnce_AndWhatItSaidBeforeIsKnownToBeOld()
    {
        _members.Heard(7, Ready, At(0));
        Assert.Equal(7UL, _members.Leave(7, At(1))!.Node);
        Assert.Null(_members.Leave(7, At(1)));
        Assert.Empty(_members.Peers);
        Assert.True(_members.HasLeft(7));
        _members.Tick(At(12));
        Assert.False(_members.HasLeft(7));
    }
}
