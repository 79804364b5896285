using GoHub.Cluster;
using static GoHub.Tests.Cluster.Control.Beats;

namespace GoHub.Tests.Cluster.Control;

/// <summary>Of those that create one room at the same time, one wins.</summary>
public sealed class ClaimsTests
{
    private const string Room = "room";

    [Fact]
    public void Claim_IsBegunOnce_AndAgainAfterItsEnd()
    {
        var claims = new Claims(1);
        Assert.True(claims.TryBegin(Room, At(0)));
        Assert.False(claims.TryBegin(Room, At(0)));
        claims.End(Room);
        Assert.True(claims.TryBegin(Room, At(0)));
    }

    [Fact]
    public void Consent_BindsUntilTheCreationIsHeardOf_OrForTwoSeconds()
    {
        var claims = new Claims(1);
        Assert.True(claims.TryGive(Room, 2, At(0)));
        Assert.False(claims.TryBegin(Room, At(1.9)));
        Assert.True(claims.TryBegin(Room, At(2)));

        claims = new Claims(1);
        claims.TryGive(Room, 2, At(0));
        claims.Created(Room);
        Assert.True(claims.TryBegin(Room, At(0.1)));
    }

    [Fact]
    public void Consent_OfWhoIsCreatingItself_GivesItsOwnClaimUp()
    {
        var claims = new Claims(5);
        claims.TryBegin(Room, At(0));
        Assert.False(claims.TryGive(Room, 6, At(0)));
        Assert.True(claims.Holds(Room));
        Assert.True(claims.TryGive(Room, 4, At(0)));
        Assert.False(claims.Holds(Room));
    }

    // Each of the two begins, hears the other's question and the other's answer; every order in which that can be.
    [Fact]
    public void TwoCreators_InEveryInterleaving_HaveOneWinner()
    {
        var interleavings = 0;
        Explore([], ref interleavings);
        Assert.True(interleavings >= 10, $"{interleavings} only");
    }

    // With the answers lost too, never do both win.
    [Fact]
    public void TwoCreators_WhoseAnswersAreLost_NeverBothWin()
    {
        foreach (var loseFirst in new[] { false, true })
        {
            var (a, b) = (new Claims(1), new Claims(2));
            Assert.True(a.TryBegin(Room, At(0)));
            Assert.True(b.TryBegin(Room, At(0)));
            var refusedB = !a.TryGive(Room, 2, At(0)) && !loseFirst;
            b.TryGive(Room, 1, At(0));
            Assert.True(a.Holds(Room));
            Assert.False(!refusedB && b.Holds(Room));
        }
    }

    private static void Explore(List<Step> done, ref int interleavings)
    {
        var race = new Race();
        done.ForEach(race.Do);
        var next = race.Possible().ToList();
        if (next.Count == 0)
        {
            interleavings++;
            Assert.True(race.Winners == 1, $"{race.Winners} have won after {string.Join(", ", done)}");
        }
        foreach (var step in next)
        {
            Explore([.. done, step], ref interleavings);
        }
    }

    private enum What
    {
        Begin,
        Question,
        Answer,
    }

    private readonly record struct Step(What What, int Of);

    /// <summary>Two nodes and what is on its way between them.</summary>
    private sealed class Race
    {
        private readonly ControlCore[] _cores = [Core(1), Core(2)];
        private readonly HashSet<Step> _done = [];
        private readonly bool[] _begun = new bool[2];
        private readonly bool?[] _refused = new bool?[2];
        private readonly RoomEntry?[] _created = new RoomEntry?[2];

        public Race() => Array.ForEach(_cores, c => c.BusUp(default));

        public int Winners => _created.Count(c => c is not null);

        public IEnumerable<Step> Possible()
        {
            for (var i = 0; i < 2; i++)
            {
                foreach (var step in new Step[] { new(What.Begin, i), new(What.Question, i), new(What.Answer, i) })
                {
                    var isReady = step.What == What.Begin || (_begun[i] && (step.What == What.Question || _refused[i] is not null));
                    if (isReady && !_done.Contains(step))
                    {
                        yield return step;
                    }
                }
            }
        }

        public void Do(Step step)
        {
            _done.Add(step);
            var (core, other) = (_cores[step.Of], _cores[1 - step.Of]);
            switch (step.What)
            {
                case What.Begin:
                    _begun[step.Of] = core.TryBeginClaim(Room, default);
                    break;
                case What.Question:
                    var reply = other.Commanded((ulong)step.Of + 1, 9, new NodeCommand(NodeOperation.ClaimRoom) { Room = Room }, default).Only<Effect.SendReply>();
                    _refused[step.Of] = reply!.Reply.Room == RoomResult.AlreadyExists;
                    break;
                default:
                    _created[step.Of] = _refused[step.Of] == true ? null : core.NextRoom(Room, Room, 0);
                    if (_created[step.Of] is { } entry)
                    {
                        core.Adopt(entry, default);
                    }
                    core.EndClaim(Room);
                    break;
            }
        }
    }
}
