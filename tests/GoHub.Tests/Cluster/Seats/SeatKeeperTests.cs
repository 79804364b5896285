using GoHub.Cluster;

namespace GoHub.Tests.Cluster.Seats;

public sealed class SeatKeeperTests
{
    private static readonly SeatTerms Terms = SeatTerms.Of(TimeSpan.FromSeconds(15));
    private static readonly TimeSpan Later = TimeSpan.FromHours(1);

    private readonly SeatKeeper _keeper = new(Terms, 4, new Random(1));

    [Fact]
    public void ALease_LeavesAMarginAndTimeForTwoLostRenewals()
    {
        Assert.Equal(TimeSpan.FromSeconds(13), Terms.Usable);
        Assert.Equal(TimeSpan.FromSeconds(5), Terms.Renew);
    }

    [Fact]
    public void AJoin_IsGrantedByTheAnswerToARequest()
    {
        var asked = _keeper.Join(1, Later, At(0));

        Assert.Equal(new SeatAsk(1, 1, 4), asked.Ask);
        Assert.Empty(asked.Answers);

        var answered = _keeper.Answered(1, 1, At(0), At(0.1));

        Assert.Equal([(1L, SeatResult.Granted)], answered.Answers);
        Assert.Null(answered.Ask);
        Assert.Equal(At(13), _keeper.UsableUntil);
    }

    [Fact]
    public void JoinsDuringARequest_AreAskedForTogether()
    {
        _keeper.Join(1, Later, At(0));

        Assert.All([2, 3, 4], id => Assert.Null(_keeper.Join(id, Later, At(0)).Ask));

        var answered = _keeper.Answered(1, 1, At(0), At(0.1));
        Assert.Equal([(1L, SeatResult.Granted)], answered.Answers);
        Assert.Equal(new SeatAsk(2, 4, 4), answered.Ask);
    }

    [Fact]
    public void FewerSeatsThanAsked_GoToTheFirst_AndTheOthersAreToldFull()
    {
        _keeper.Join(1, Later, At(0));
        _keeper.Answered(1, 1, At(0), At(0.1));
        _keeper.Join(2, Later, At(0.2));
        _keeper.Join(3, Later, At(0.2));
        _keeper.Join(4, Later, At(0.2));
        _keeper.Answered(2, 2, At(0.2), At(0.3));

        // 3 and 4 asked after the second request was sent, and are asked for by a third.
        var answered = _keeper.Answered(3, 3, At(0.3), At(0.4));

        Assert.Equal([(3L, SeatResult.Granted), (4L, SeatResult.Full)], answered.Answers);
    }

    [Fact]
    public void ARoomFullOfOwnMembers_IsFullWithoutAsking()
    {
        Seat(4);

        var joined = _keeper.Join(9, Later, At(1));

        Assert.Equal([(9L, SeatResult.Full)], joined.Answers);
        Assert.Null(joined.Ask);
    }

    [Fact]
    public void ARoomFullOfOwnMembers_IsAskedForOnceTheLeaseHasLapsed()
    {
        Seat(4);

        var joined = _keeper.Join(9, Later, At(14));

        Assert.Empty(joined.Answers);
        Assert.Equal(4, joined.Ask?.Wanted);
    }

    [Fact]
    public void ALateAnswer_DoesNotAdmit()
    {
        _keeper.Join(1, Later, At(0));

        // The process was stopped for 14 s between sending and reading.
        var answered = _keeper.Answered(1, 1, At(0), At(14));

        Assert.Empty(answered.Answers);
        Assert.Equal(new SeatAsk(2, 1, 4), answered.Ask);
        Assert.Equal([(1L, SeatResult.Granted)], _keeper.Answered(2, 1, At(14), At(14.1)).Answers);
    }

    [Fact]
    public void AnAnswerToAnotherRequest_MeansNothing()
    {
        _keeper.Join(1, Later, At(0));
        _keeper.Failed(1, At(1));
        _keeper.Tick(At(2));

        Assert.Empty(_keeper.Answered(1, 1, At(0), At(2)).Answers);
        Assert.Equal([(1L, SeatResult.Granted)], _keeper.Answered(2, 1, At(2), At(2.1)).Answers);
    }

    [Fact]
    public void ALeave_GivesTheSeatBack()
    {
        Seat(2);

        Assert.Equal(1, _keeper.Leave(At(1)).Ask?.Wanted);
    }

    [Fact]
    public void ASeatThatIsBeingGivenBack_IsNotUsedAgain_ThoughTheOutcomeIsUnknown()
    {
        Seat(1);
        _keeper.Leave(At(1));

        Assert.Empty(_keeper.Join(9, Later, At(1)).Answers);
        Assert.Empty(_keeper.Failed(2, At(2)).Answers);
        Assert.Empty(_keeper.Tick(At(3)).Answers);
        Assert.Equal([(9L, SeatResult.Granted)], _keeper.Answered(3, 1, At(3), At(3.1)).Answers);
    }

    [Fact]
    public void ASeatOfOneThatLeaves_GoesToOneThatWaits()
    {
        Seat(3);
        _keeper.Join(9, Later, At(1));

        var left = _keeper.Leave(At(1));

        Assert.Equal([(9L, SeatResult.Granted)], left.Answers);
        Assert.Null(left.Ask);
    }

    [Fact]
    public void AHold_IsRenewedWithinAThirdOfTheLease_AndNotAllTheTime()
    {
        Seat(2);

        Assert.Null(_keeper.Tick(At(3.9)).Ask);
        Assert.Equal(2, _keeper.Tick(At(5.1)).Ask?.Wanted);
    }

    [Fact]
    public void AnEmptyRoom_IsNotRenewedAndHasNoLeaseToLapse()
    {
        Seat(1);
        _keeper.Leave(At(1));
        _keeper.Answered(2, 0, At(1), At(1.1));

        Assert.True(_keeper.IsIdle);
        Assert.Null(_keeper.Tick(At(20)).Ask);
        Assert.Equal(TimeSpan.MaxValue, _keeper.UsableUntil);
    }

    [Fact]
    public void GivingBack_IsTriedThreeTimes_ThenTheLeaseDoesIt()
    {
        Seat(1);
        _keeper.Leave(At(1));
        _keeper.Failed(2, At(2));
        _keeper.Tick(At(6));
        _keeper.Failed(3, At(7));
        Assert.False(_keeper.IsIdle);
        _keeper.Tick(At(11));
        _keeper.Failed(4, At(12));

        Assert.True(_keeper.IsIdle);
    }

    [Fact]
    public void AfterAFailure_TheNextAttemptWaits_ButNotLongWhileJoinsWait()
    {
        _keeper.Join(1, Later, At(0));
        for (var attempt = 1; attempt <= 6; attempt++)
        {
            Assert.Null(_keeper.Failed(attempt, At(attempt)).Ask);
            Assert.Null(_keeper.Tick(At(attempt + 0.1)).Ask);
            Assert.NotNull(_keeper.Tick(At(attempt + 0.5)).Ask);
        }
    }

    [Fact]
    public void AJoinPastItsDeadline_IsUnavailable()
    {
        _keeper.Join(1, At(2), At(0));

        Assert.Empty(_keeper.Tick(At(1.9)).Answers);
        Assert.Equal([(1L, SeatResult.Unavailable)], _keeper.Tick(At(2)).Answers);
    }

    [Fact]
    public void AJoinThatWasGivenUp_LeavesNoSeatHeld()
    {
        _keeper.Join(1, Later, At(0));
        Assert.Equal([(1L, SeatResult.Unavailable)], _keeper.GiveUp(1, At(0)).Answers);

        var answered = _keeper.Answered(1, 1, At(0), At(0.1));

        Assert.Empty(answered.Answers);
        Assert.Equal(0, answered.Ask?.Wanted);
    }

    [Fact]
    public void WhenTheStoreGrantsFewerThanThereAre_TheyAreEvicted_AndTheRoomIsSuspendedUntilTheyAreOut()
    {
        var next = Seat(3);
        Assert.Equal(3, _keeper.Reassert(At(1)).Ask?.Wanted);

        Assert.Equal(2, _keeper.Answered(next, 1, At(1), At(1.1)).Evict);
        Assert.Equal(TimeSpan.MinValue, _keeper.UsableUntil);
        _keeper.Leave(At(1.2));
        Assert.Equal(TimeSpan.MinValue, _keeper.UsableUntil);
        _keeper.Leave(At(1.2));

        Assert.Equal(At(14), _keeper.UsableUntil);
    }

    [Fact]
    public void WhoWasNotEvicted_IsEvictedAgainAtTheNextRenewal()
    {
        var next = Seat(2);
        _keeper.Reassert(At(1));
        Assert.Equal(1, _keeper.Answered(next, 1, At(1), At(1.1)).Evict);
        Assert.Equal(0, _keeper.Tick(At(2)).Evict);

        Assert.Equal(2, _keeper.Tick(At(6.1)).Ask?.Wanted);
        Assert.Equal(1, _keeper.Answered(next + 1, 1, At(6.1), At(6.2)).Evict);
    }

    [Fact]
    public void AReassertionDuringARequest_IsMadeAfterIt()
    {
        Seat(1);
        Assert.NotNull(_keeper.Tick(At(6)).Ask);
        Assert.Null(_keeper.Reassert(At(6.1)).Ask);

        Assert.Equal(1, _keeper.Answered(2, 1, At(6), At(6.2)).Ask?.Wanted);
        Assert.Null(_keeper.Answered(3, 1, At(6.2), At(6.3)).Ask);
    }

    [Fact]
    public void ALowerLimit_SuspendsTheRoomUntilTheStoreHasAnswered()
    {
        var next = Seat(4);

        Assert.Equal(new SeatAsk(next, 2, 2), _keeper.Resize(2, At(1)).Ask);
        Assert.True(_keeper.UsableUntil <= At(1));
        Assert.Equal(2, _keeper.Answered(next, 2, At(1), At(1.1)).Evict);
    }

    [Fact]
    public void ADeletedRoom_GivesAllBack_AndAnswersThoseThatWait()
    {
        var next = Seat(2);
        _keeper.Join(9, Later, At(1));
        var deleted = _keeper.Delete(At(1));

        Assert.Equal([(9L, SeatResult.Unavailable)], deleted.Answers);
        Assert.Equal(0, _keeper.Answered(next, 3, At(1), At(1.1)).Ask?.Wanted);
        _keeper.Answered(next + 1, 0, At(1.1), At(1.2));
        Assert.True(_keeper.IsIdle);
    }

    [Fact]
    public void LosingData_LetsTooManyIn_OnlyUntilTheNextRenewal()
    {
        var store = new SimSeats(keepsOrder: true);
        Seat(4);
        store.Apply(0, 1, 4, 4, 1, At(0));
        store.LoseData(everything: true, At(0.1));
        Assert.Equal(3, store.Apply(0, 2, 3, 4, 2, At(0.2)));

        var ask = _keeper.Tick(At(0) + Terms.Renew).Ask!.Value;
        var granted = store.Apply(0, 1, ask.Wanted, ask.Capacity, 3, At(0) + Terms.Renew);

        Assert.Equal(3, _keeper.Answered(ask.Number, granted, At(0) + Terms.Renew, At(0) + Terms.Renew).Evict);
    }

    private static TimeSpan At(double seconds) => Sim.Seconds(1000 + seconds);

    /// <summary>Some members, confirmed at 0 by the requests 1 to <paramref name="members"/>.</summary>
    /// <returns>The number of the next request.</returns>
    private int Seat(int members)
    {
        for (var i = 1; i <= members; i++)
        {
            _keeper.Join(i, Later, At(0));
            _keeper.Answered(i, i, At(0), At(0));
        }
        return members + 1;
    }
}
