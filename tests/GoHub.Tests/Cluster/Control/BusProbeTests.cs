using GoHub.Cluster;
using static GoHub.Tests.Cluster.Control.Beats;

namespace GoHub.Tests.Cluster.Control;

/// <summary>A bus that carries nothing is noticed in 8 s, and only such a one.</summary>
public sealed class BusProbeTests
{
    private readonly BusProbe _probe = new();

    [Fact]
    public void Probe_ThatComesBack_IsSentEveryTwoSecondsForEver()
    {
        _probe.Start(At(0));
        List<double> sent = [];
        for (var at = 0.0; at < 60; at += 0.25)
        {
            var (send, silent) = _probe.Tick(At(at));
            Assert.False(silent);
            if (send)
            {
                sent.Add(at);
                _probe.Echo();
            }
        }
        Assert.Equal(Enumerable.Range(0, 30).Select(i => i * 2.0), sent);
    }

    [Fact]
    public void Silence_OfThreeProbes_IsFoundWithinEightSecondsOfTheLastEcho()
    {
        _probe.Start(At(0));
        _probe.Tick(At(0));
        _probe.Echo();
        var at = 0.25;
        while (!_probe.Tick(At(at)).Silent)
        {
            at += 0.25;
        }
        Assert.InRange(at, 6, 8);
    }

    [Fact]
    public void Sleep_OfThisProcess_IsNoSilence()
    {
        _probe.Start(At(0));
        _probe.Tick(At(0));
        Assert.Equal((true, false), _probe.Tick(At(60)));
    }

    [Fact]
    public void Start_BeginsAnew()
    {
        _probe.Start(At(0));
        foreach (var at in new[] { 0, 2, 4 })
        {
            _probe.Tick(At(at));
        }
        _probe.Start(At(6));
        Assert.Equal((true, false), _probe.Tick(At(6)));
    }
}
