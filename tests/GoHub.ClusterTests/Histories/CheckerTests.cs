namespace GoHub.ClusterTests.Histories;

/// <summary>The checkers themselves: a good history passes each of them, and each kind of damage is caught by the one that is there for it.</summary>
public sealed class CheckerTests
{
    private const int Messages = 20;

    [Fact]
    public void A_good_history_has_no_findings()
    {
        var history = Good();
        history.Check(
            NoDuplicates.In(history), PublisherOrder.In(history), MembersOnly.In(history), Seats.In(history), Ghosts.In(history, TimeSpan.FromSeconds(1)),
            Ghosts.AtTheEnd(history), Delivery.ToEveryone(history), Delivery.ToTheOwnNode(history), Delivery.Untold(history, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void C2_catches_a_message_given_twice() =>
        AssertCaught("C2", NoDuplicates.In, events => Insert(events, events.FindIndex(Given("b1", 7)) + 3, e => e, Given("b1", 7)));

    [Fact]
    public void C5_catches_two_messages_that_changed_places() => AssertCaught("C5", PublisherOrder.In, events =>
    {
        var (first, second) = (events.FindIndex(Given("b1", 7)), events.FindIndex(Given("b1", 8)));
        (events[first], events[second]) = (events[second] with { At = events[first].At }, events[first] with { At = events[second].At });
    });

    [Fact]
    public void C8_catches_a_sender_that_hears_itself() =>
        AssertCaught("C8", MembersOnly.In, events => Insert(events, events.FindIndex(Given("b1", 7)) + 1, e => e with { Client = "a1", Node = "A" }, Given("b1", 7)));

    [Fact]
    public void C8_catches_a_message_after_leaving() =>
        AssertCaught("C8", MembersOnly.In, events => events.Add(events.Find(Given("b2", 3))! with { Number = 19, At = TimeSpan.FromSeconds(70) }));

    [Fact]
    public void C8_catches_a_message_after_eviction() => AssertCaught("C8", MembersOnly.In, events =>
        Insert(events, events.FindIndex(Given("b1", 7)), e => e with { Op = Op.Evicted }, Given("b1", 7)));

    [Fact]
    public void C8_catches_a_message_before_joining() => AssertCaught("C8", MembersOnly.In, events =>
    {
        var join = events.FindIndex(e => e.Op == Op.JoinSent && e.Client == "b1");
        Insert(events, join, e => e with { At = events[join].At }, Given("b1", 7));
        events.RemoveAt(events.FindLastIndex(e => Given("b1", 7)(e)));
    });

    [Fact]
    public void C8_catches_a_message_that_was_refused() => AssertCaught("C8", MembersOnly.In, events =>
        events[events.FindIndex(e => e.Op == Op.Acked && e.Number == 7)] = events.Find(e => e.Op == Op.Acked && e.Number == 7)! with { Op = Op.Refused });

    [Fact]
    public void C8_catches_a_message_that_nobody_sent() =>
        AssertCaught("C8", MembersOnly.In, events => events.RemoveAll(e => e.Op == Op.Published && e.Number == 7));

    [Fact]
    public void C9_catches_one_member_too_many() =>
        AssertCaught("C9", h => Seats.In(h), events => events.Insert(events.FindIndex(Given("b1", 7)), new HistoryEvent(events.Find(Given("b1", 7))!.At, Op.Joined, "c1", "C") { Room = "room" }));

    [Fact]
    public void C9_counts_a_seat_given_back_and_taken_in_the_same_moment_once()
    {
        var history = Tampered(events =>
        {
            var leaving = events.FindIndex(e => e.Op == Op.LeaveSent && e.Client == "b2");
            events.Insert(leaving + 1, new HistoryEvent(events[leaving].At, Op.Joined, "c1", "C") { Room = "room" });
            events.Add(new HistoryEvent(TimeSpan.FromSeconds(62), Op.EndSent, "c1", "C"));
        });
        Assert.Empty(Seats.In(history));
    }

    [Fact]
    public void C9_does_not_count_the_seats_of_a_paused_node_until_a_member_proves_its_own()
    {
        foreach (var (proves, paused, found) in new[] { (false, 20, false), (true, 20, true), (false, 5, true) })
        {
            var history = Tampered(events =>
            {
                events.Add(new HistoryEvent(TimeSpan.FromSeconds(80), Op.Suspended, "", "A"));
                events.AddRange(new[] { "b3", "b4", "b5" }.Select(c => new HistoryEvent(TimeSpan.FromSeconds(80 + paused - 2), Op.Joined, c, "B") { Room = "room" }));
                events.Add(new HistoryEvent(TimeSpan.FromSeconds(80 + paused), Op.Resumed, "", "A"));
                if (proves)
                {
                    events.Add(new HistoryEvent(TimeSpan.FromSeconds(110), Op.Acked, "a1", "A") { Room = "room", From = "a1", Number = 50 });
                }
            });
            Assert.Equal(found, Seats.In(history).Any());
        }
    }

    [Fact]
    public void C10_catches_a_ghost() =>
        AssertCaught("C10", h => Ghosts.In(h, TimeSpan.FromSeconds(1)), events => events.Add(View(90, "a1", "b1", "b3")));

    [Fact]
    public void C10_catches_the_ghost_of_a_killed_node_only_after_its_time()
    {
        foreach (var (at, found) in new[] { (85, false), (97, true) })
        {
            var history = Tampered(events =>
            {
                events.Add(new HistoryEvent(TimeSpan.FromSeconds(80), Op.Killed, "", "A"));
                events.Add(View(at, "a1", "b1"));
            });
            Assert.Equal(found, Ghosts.In(history, TimeSpan.FromSeconds(16)).Any());
        }
    }

    [Fact]
    public void C10_catches_a_member_that_is_not_shown_in_the_end() =>
        AssertCaught("C10", Ghosts.AtTheEnd, events => events.Add(View(90, "a1")));

    [Fact]
    public void C10_catches_one_who_left_and_is_shown_in_the_end() =>
        AssertCaught("C10", Ghosts.AtTheEnd, events => events.Add(View(90, "a1", "b1", "b2")));

    [Fact]
    public void C10_catches_one_who_is_shown_twice() =>
        AssertCaught("C10", Ghosts.AtTheEnd, events => events.Add(View(90, "a1", "b1", "b1")));

    [Fact]
    public void C11_catches_traffic_of_a_room_without_members()
    {
        const string Text = "gohub_bus_frames_received_total{kind=\"room\"} {0}\ngohub_bus_frames_received_total{kind=\"heartbeat\"} 100\n";
        var (before, after) = (Metrics.Parse(Text.Replace("{0}", "3", StringComparison.Ordinal)), Metrics.Parse(Text.Replace("{0}", "4", StringComparison.Ordinal)));
        Assert.Empty(NodeFindings.RoomFrames("A", before, before));
        Assert.StartsWith("C11", Assert.Single(NodeFindings.RoomFrames("A", before, after)), StringComparison.Ordinal);
    }

    [Fact]
    public void C12_catches_errors_in_the_log_but_the_expected_ones()
    {
        string[] lines =
        [
            """{"EventId":1,"LogLevel":"Information","Message":"fine"}""", """{"EventId":36,"LogLevel":"Error","Message":"expected"}""",
            """{"EventId":7,"LogLevel":"Critical","Message":"bad"}""", "Unhandled exception. System.Exception: worse",
        ];
        Assert.Equal(2, NodeFindings.Errors("A", lines, 36).Count());
        Assert.Single(NodeFindings.Memory("A", 2000, 1999));
        Assert.Empty(NodeFindings.Memory("A", 1999, 1999));
    }

    [Fact]
    public void C13_catches_a_lost_message() => AssertCaught("C13", h => Delivery.ToEveryone(h), events => events.RemoveAll(Given("b1", 7)));

    [Fact]
    public void P10_catches_a_lost_message_of_the_own_node_only()
    {
        AssertCaught("P10", h => Delivery.ToTheOwnNode(h), events => events.RemoveAll(Given("a2", 7)));
        Assert.Empty(Delivery.ToTheOwnNode(Tampered(events => events.RemoveAll(Given("b1", 7)))));
    }

    [Fact]
    public void P2_catches_a_loss_nobody_was_told_of()
    {
        AssertCaught("P2", h => Delivery.Untold(h, TimeSpan.FromSeconds(5)), events => events.RemoveAll(Given("b1", 7)));
        foreach (var (told, found) in new[] { (4, false), (6, true) })
        {
            var history = Tampered(events =>
            {
                var lost = events.Find(e => e.Op == Op.Published && e.Number == 7)!;
                events.RemoveAll(Given("b1", 7));
                events.Add(new HistoryEvent(lost.At + TimeSpan.FromSeconds(told), Op.Gap, "b1", "B") { Room = "room", Number = 1 });
            });
            Assert.Equal(found, Delivery.Untold(history, TimeSpan.FromSeconds(5)).Any());
        }
    }

    private static void AssertCaught(string name, Func<History, IEnumerable<string>> checker, Action<List<HistoryEvent>> damage)
    {
        Assert.Empty(checker(Good()));
        var findings = checker(Tampered(damage)).ToArray();
        Assert.NotEmpty(findings);
        Assert.All(findings, f => Assert.StartsWith(name, f, StringComparison.Ordinal));
    }

    private static History Tampered(Action<List<HistoryEvent>> damage)
    {
        List<HistoryEvent> events = [.. Good().Events];
        damage(events);
        return new History(events);
    }

    private static Predicate<HistoryEvent> Given(string client, int number) => e => e.Op == Op.Received && e.Client == client && e.Number == number;

    private static void Insert(List<HistoryEvent> events, int at, Func<HistoryEvent, HistoryEvent> change, Predicate<HistoryEvent> which) =>
        events.Insert(at, change(events.Find(which)!));

    private static HistoryEvent View(int at, params string[] members) =>
        new(TimeSpan.FromSeconds(at), Op.View, "", "B") { Room = "room", Members = members, Number = TimeSpan.FromSeconds(at).Ticks };

    // a1 and a2 on node A, b1 and b2 on node B, in a room of four seats. a1 sends once a second; b2 leaves at 60 s, b3 comes, finds a seat, and ends; a2 leaves at the end.
    private static History Good()
    {
        var events = new List<HistoryEvent> { Event(0, Op.RoomCreated, "a1") with { Number = 4 } };
        foreach (var client in new[] { "a1", "a2", "b1", "b2" })
        {
            events.AddRange([Event(1, Op.Connected, client), Event(2, Op.JoinSent, client), Event(3, Op.Joined, client)]);
        }
        for (var n = 1; n <= Messages; n++)
        {
            var message = Event(10 + n, Op.Published, "a1") with { From = "a1", Number = n };
            events.AddRange([message, message with { Op = Op.Acked, Level = "bus" }]);
            events.AddRange(new[] { "a2", "b1", "b2" }.Select(c => Event(10.5 + n, Op.Received, c) with { From = "a1", Number = n }));
        }
        events.AddRange([Event(60, Op.LeaveSent, "b2"), Event(61, Op.Left, "b2")]);
        events.AddRange([Event(62, Op.Connected, "b3"), Event(62, Op.JoinSent, "b3"), Event(63, Op.Joined, "b3"), Event(64, Op.EndSent, "b3"), Event(65, Op.Ended, "b3")]);
        events.AddRange([Event(66, Op.LeaveSent, "a2"), Event(67, Op.Left, "a2")]);
        events.AddRange([View(68, "a1", "b1")]);
        return new History(events);

        static HistoryEvent Event(double at, Op op, string client) => new(TimeSpan.FromSeconds(at), op, client, client[..1].ToUpperInvariant()) { Room = "room" };
    }
}
