using GoHub.Cluster;

namespace GoHub.Tests.Cluster.Seats;

/// <summary>Keepers with one mistake each, to show that the simulation would notice it.</summary>
internal static class SeatMutants
{
    public static readonly Dictionary<string, Func<SeatTerms, int, Random, DrivenKeeper>> All = new()
    {
        ["admits without asking"] = (t, c, r) => new AdmitsWithoutAsking(t, c, r),
        ["has no lease"] = (t, c, r) => new DrivenKeeper(t with { Usable = TimeSpan.FromDays(1) }, c, r),
        ["counts its lease from the answer"] = (t, c, r) => new CountsFromTheAnswer(t, c, r),
        ["forgets to evict"] = (t, c, r) => new ForgetsToEvict(t, c, r),
        ["delivers before it has evicted"] = (t, c, r) => new DeliversBeforeItHasEvicted(t, c, r),
        ["takes a failure for a yes"] = (t, c, r) => new TakesFailureForYes(t, c, r),
        ["uses seats again that it is giving back"] = (t, c, r) => new UsesSeatsItGivesBack(t, c, r),
        ["never gives back"] = (t, c, r) => new NeverGivesBack(t, c, r),
        ["does not renew"] = (t, c, r) => new DrivenKeeper(t with { Renew = TimeSpan.FromDays(1) }, c, r),
        ["lets joins wait"] = (t, c, r) => new LetsJoinsWait(t, c, r),
        ["says full from memory"] = (t, c, r) => new SaysFullFromMemory(t, c, r),
        ["forgets that it asked"] = (t, c, r) => new ForgetsThatItAsked(t, c, r),
    };

    private static SeatEffects Answer(long join, SeatResult result)
    {
        var effects = new SeatEffects();
        effects.Answers.Add((join, result));
        return effects;
    }

    /// <summary>Members that the real keeper was not told of.</summary>
    private abstract class WithUntold(SeatTerms terms, int capacity, Random random) : DrivenKeeper(terms, capacity, random)
    {
        protected int Untold { get; set; }

        public override bool IsIdle => Untold == 0 && base.IsIdle;

        public override SeatEffects Leave(TimeSpan now)
        {
            if (Untold > 0)
            {
                Untold--;
                return new();
            }
            return base.Leave(now);
        }

        public override SeatEffects Delete(TimeSpan now)
        {
            Untold = 0;
            return base.Delete(now);
        }
    }

    private sealed class AdmitsWithoutAsking(SeatTerms terms, int capacity, Random random) : WithUntold(terms, capacity, random)
    {
        public override SeatEffects Join(long id, TimeSpan deadline, TimeSpan now)
        {
            Untold++;
            return Answer(id, SeatResult.Granted);
        }
    }

    private sealed class UsesSeatsItGivesBack(SeatTerms terms, int capacity, Random random) : WithUntold(terms, capacity, random)
    {
        private int _held;

        public override SeatEffects Join(long id, TimeSpan deadline, TimeSpan now)
        {
            if (Inner.Members + Untold < _held && Inner.IsAsking && now < base.UsableUntil)
            {
                Untold++;
                return Answer(id, SeatResult.Granted);
            }
            return base.Join(id, deadline, now);
        }

        public override SeatEffects Answered(SeatAsk ask, int granted, TimeSpan sentAt, TimeSpan now)
        {
            _held = granted;
            return base.Answered(ask, granted, sentAt, now);
        }
    }

    private sealed class CountsFromTheAnswer(SeatTerms terms, int capacity, Random random) : DrivenKeeper(terms, capacity, random)
    {
        public override SeatEffects Answered(SeatAsk ask, int granted, TimeSpan sentAt, TimeSpan now) => base.Answered(ask, granted, now, now);
    }

    private sealed class ForgetsToEvict(SeatTerms terms, int capacity, Random random) : DrivenKeeper(terms, capacity, random)
    {
        public override SeatEffects Answered(SeatAsk ask, int granted, TimeSpan sentAt, TimeSpan now)
        {
            var effects = base.Answered(ask, granted, sentAt, now);
            effects.Evict = 0;
            return effects;
        }
    }

    private sealed class DeliversBeforeItHasEvicted(SeatTerms terms, int capacity, Random random) : DrivenKeeper(terms, capacity, random)
    {
        public override TimeSpan UsableUntil => base.UsableUntil == TimeSpan.MinValue ? TimeSpan.MaxValue : base.UsableUntil;
    }

    private sealed class TakesFailureForYes(SeatTerms terms, int capacity, Random random) : DrivenKeeper(terms, capacity, random)
    {
        public override SeatEffects Failed(SeatAsk ask, TimeSpan now) => base.Answered(ask, ask.Wanted, now, now);
    }

    private sealed class NeverGivesBack(SeatTerms terms, int capacity, Random random) : DrivenKeeper(terms, capacity, random)
    {
        public override SeatEffects Leave(TimeSpan now) => new();
    }

    private sealed class LetsJoinsWait(SeatTerms terms, int capacity, Random random) : DrivenKeeper(terms, capacity, random)
    {
        public override SeatEffects Join(long id, TimeSpan deadline, TimeSpan now) => base.Join(id, TimeSpan.MaxValue, now);
    }

    private sealed class SaysFullFromMemory(SeatTerms terms, int capacity, Random random) : DrivenKeeper(terms, capacity, random)
    {
        private bool _full;

        public override SeatEffects Join(long id, TimeSpan deadline, TimeSpan now) => _full ? Answer(id, SeatResult.Full) : base.Join(id, deadline, now);

        public override SeatEffects Answered(SeatAsk ask, int granted, TimeSpan sentAt, TimeSpan now)
        {
            _full = granted < ask.Wanted;
            return base.Answered(ask, granted, sentAt, now);
        }
    }

    /// <summary>Makes a second request while the first is still on its way.</summary>
    private sealed class ForgetsThatItAsked(SeatTerms terms, int capacity, Random random) : DrivenKeeper(terms, capacity, random)
    {
        private SeatAsk? _asked;

        public override SeatEffects Join(long id, TimeSpan deadline, TimeSpan now)
        {
            var effects = base.Join(id, deadline, now);
            effects.Ask ??= Inner.IsAsking && _asked is { } before ? before with { Wanted = before.Wanted + 1 } : null;
            _asked = effects.Ask ?? _asked;
            return effects;
        }
    }
}
