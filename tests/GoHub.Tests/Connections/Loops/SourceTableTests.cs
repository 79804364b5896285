using GoHub.Transport.Loops;

namespace GoHub.Tests.Connections.Loops;

/// <summary>Events that were fetched before a descriptor was closed must not reach the next one of its number.</summary>
public sealed class SourceTableTests
{
    [Fact]
    public void Find_AfterItsSourceWasRemoved_FindsNobody()
    {
        var table = new SourceTable();
        var key = table.Add(new Source());
        table.Remove(table.Find(key)!);

        Assert.Null(table.Find(key));
    }

    [Fact]
    public void Find_WithAnOldKeyOfAReusedSlot_FindsNobody()
    {
        var table = new SourceTable();
        var (old, next) = (new Source(), new Source());
        var oldKey = table.Add(old);
        var slot = old.Slot;
        table.Remove(old);
        var nextKey = table.Add(next);

        Assert.Equal(slot, next.Slot);
        Assert.Null(table.Find(oldKey));
        Assert.Same(next, table.Find(nextKey));
    }

    [Fact]
    public void Replace_KeepsTheKey_SinceTheDescriptorIsTheSame()
    {
        var table = new SourceTable();
        var (http, loop) = (new Source(), new Source());
        var key = table.Add(http);
        table.Replace(http, loop);

        Assert.Same(loop, table.Find(key));
        // The old one is told to close later on: that must not take the new one away.
        table.Remove(http);
        Assert.Same(loop, table.Find(key));
        table.Remove(loop);
        Assert.Null(table.Find(key));
    }

    [Fact]
    public void Remove_Twice_FreesItsSlotOnce()
    {
        var table = new SourceTable();
        var source = new Source();
        table.Add(source);
        table.Remove(source);
        table.Remove(source);

        Assert.NotEqual((uint)table.Add(new Source()), (uint)table.Add(new Source()));
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(uint.MaxValue)]
    [InlineData(1UL << 32)]
    public void Find_OfWhatWasNeverAdded_FindsNobody(ulong key)
    {
        var table = new SourceTable();
        table.Add(new Source());

        Assert.Null(table.Find(key));
    }

    [Fact]
    public void Table_UnderRandomAddsAndRemoves_FindsTheLivingByTheirKeysAndNobodyElse()
    {
        var table = new SourceTable();
        var random = new Random(7);
        List<(ulong Key, Source Source)> living = [];
        List<ulong> dead = [];
        for (var i = 0; i < 20_000; i++)
        {
            if (living.Count == 0 || random.Next(100) < 52)
            {
                var source = new Source();
                living.Add((table.Add(source), source));
            }
            else
            {
                var at = random.Next(living.Count);
                table.Remove(living[at].Source);
                dead.Add(living[at].Key);
                living.RemoveAt(at);
            }
        }
        Assert.All(living, l => Assert.Same(l.Source, table.Find(l.Key)));
        Assert.All(dead, k => Assert.Null(table.Find(k)));
        Assert.Equal(living.Count, table.TakeAll().Count);
        Assert.All(living, l => Assert.Null(table.Find(l.Key)));
    }

    private sealed class Source : ILoopSource
    {
        public int Slot { get; set; } = -1;

        public void OnReady(int events)
        {
        }

        public void OnLoopEnded()
        {
        }
    }
}
