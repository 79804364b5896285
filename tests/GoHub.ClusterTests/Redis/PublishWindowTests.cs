using GoHub.Redis;

namespace GoHub.ClusterTests.Redis;

/// <summary>What is on its way is bounded, and what is bounded goes on.</summary>
public sealed class PublishWindowTests(ITestOutputHelper output)
{
    [Fact]
    public void Only_some_ask_for_an_answer()
    {
        var window = new PublishWindow();
        var marks = Enumerable.Range(0, 2_560).Count(_ => window.Enter(100, false, out var _) == PublishWindow.Entry.Mark);
        Assert.Equal(10, marks);
        Assert.Equal(PublishWindow.Entry.Mark, window.Enter(1, true, out _));
        Assert.Equal(PublishWindow.Entry.Mark, window.Enter(64 * 1024, false, out _));
    }

    [Fact]
    public void A_frame_larger_than_the_window_goes_alone()
    {
        var window = new PublishWindow();
        Assert.Equal(PublishWindow.Entry.Mark, window.Enter(16 * 1024 * 1024, false, out var reached));
        Assert.Equal(PublishWindow.Entry.Full, window.Enter(1, false, out _));
        window.Taken(reached);
        Assert.Equal(PublishWindow.Entry.Plain, window.Enter(1, false, out _));
        Assert.Equal(PublishWindow.Entry.Mark, window.Enter(16 * 1024 * 1024, false, out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(null)]
    public void It_never_holds_more_than_it_may_and_never_stays_shut(int? fixedSeed)
    {
        var seed = fixedSeed ?? Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var window = new PublishWindow();
        Queue<PublishWindow.Point> asked = new();
        var frames = 0;
        for (var i = 0; i < 200_000; i++)
        {
            if (random.Next(3) == 0 && asked.Count > random.Next(200))
            {
                window.Taken(asked.Dequeue());
                continue;
            }
            var entry = window.Enter(random.Next(100) == 0 ? random.Next(1_000_000) : random.Next(2_000), random.Next(50) == 0, out var reached);
            if (entry == PublishWindow.Entry.Full)
            {
                Assert.NotEmpty(asked);
                window.Taken(asked.Dequeue());
                continue;
            }
            frames++;
            if (entry == PublishWindow.Entry.Mark)
            {
                asked.Enqueue(reached);
            }
            Assert.InRange(window.InFlight.Frames, 0, PublishWindow.MaxFrames);
            Assert.InRange(window.InFlight.Bytes, 0, PublishWindow.MaxBytes);
        }
        Assert.True(frames > 10_000);
    }
}
