using GoHub.Cluster;

namespace GoHub.Tests.Cluster.Seats;

/// <summary>The keeper as the simulation drives it, so that mutants can put themselves in between.</summary>
internal class DrivenKeeper(SeatTerms terms, int capacity, Random random)
{
    protected SeatKeeper Inner { get; } = new(terms, capacity, random);

    public virtual bool IsIdle => Inner.IsIdle;

    public virtual TimeSpan UsableUntil => Inner.UsableUntil;

    public virtual SeatEffects Join(long id, TimeSpan deadline, TimeSpan now) => Inner.Join(id, deadline, now);

    public virtual SeatEffects GiveUp(long id, TimeSpan now) => Inner.GiveUp(id, now);

    public virtual SeatEffects Leave(TimeSpan now) => Inner.Leave(now);

    public virtual SeatEffects Delete(TimeSpan now) => Inner.Delete(now);

    public virtual SeatEffects Resize(int seats, TimeSpan now) => Inner.Resize(seats, now);

    public virtual SeatEffects Tick(TimeSpan now) => Inner.Tick(now);

    public virtual SeatEffects Reassert(TimeSpan now) => Inner.Reassert(now);

    public virtual SeatEffects Answered(SeatAsk ask, int granted, TimeSpan sentAt, TimeSpan now) => Inner.Answered(ask.Number, granted, sentAt, now);

    public virtual SeatEffects Failed(SeatAsk ask, TimeSpan now) => Inner.Failed(ask.Number, now);
}
