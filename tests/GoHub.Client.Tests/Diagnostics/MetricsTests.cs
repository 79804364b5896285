using System.Diagnostics.Metrics;

namespace GoHub.Client.Tests.Diagnostics;

public sealed class MetricsTests : IDisposable
{
    private readonly OneMeter _meters = new();
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _sums = [];

    public MetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _meters.Meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var label = tags.IsEmpty ? "" : $"{{{string.Join(',', tags.ToArray().Select(t => $"{t.Key}={t.Value}"))}}}";
            lock (_gate)
            {
                _sums[instrument.Name + label] = _sums.GetValueOrDefault(instrument.Name + label) + value;
            }
        });
        _listener.Start();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _listener.Dispose();
        _meters.Meter.Dispose();
    }

    [Fact]
    public async Task WhatHappens_IsCounted()
    {
        await using var trial = new Trial(o => (o.MeterFactory, o.MaxBuffered) = (_meters, 2));
        trial.Server.Fail(new WebSocketException());
        trial.Client.On<int>("n", _ => throw new FormatException());
        var starting = trial.Client.StartAsync(Cancel);
        await trial.ReachesAsync(GoHubClientState.Waiting);
        Assert.Equal((1, 0), (Sum("gohub_client_clients{state=waiting}"), Sum("gohub_client_clients{state=connected}")));
        var socket = await trial.ReconnectAsync();
        await starting.Soon();
        Assert.Equal((0, 1, 0), (Sum("gohub_client_clients{state=waiting}"), Sum("gohub_client_clients{state=connected}"), Sum("gohub_client_clients{state=connecting}")));
        socket.Say("n", 1);
        var failing = trial.Client.RequestAsync<int, int>("x", 1, Cancel);
        socket.Refuse(await socket.NextAsync("x"), 1003);
        await Assert.ThrowsAsync<GoHubRequestException>(() => failing.Soon());
        var late = trial.Client.RequestAsync<int, int>("x", 1, Cancel);
        trial.Clock.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<GoHubClientException>(() => late.Soon());
        var lost = trial.Client.RequestAsync<int, int>("x", 1, Cancel);
        await socket.NextAsync("x");
        await socket.NextAsync("x");
        socket.Drop();
        await Assert.ThrowsAsync<GoHubClientException>(() => lost.Soon());
        socket = await trial.ReconnectAsync();
        await using (var slow = trial.Client.Messages("s").GetAsyncEnumerator(Cancel))
        {
            var reading = slow.MoveNextAsync().AsTask();
            for (var i = 0; i < 6; i++)
            {
                socket.Say("s");
            }
            await reading.Soon();
            await Messages.HandlerTests.FlushAsync(trial, socket);
        }
        var stopped = trial.Client.RequestAsync<int, int>("x", 1, Cancel);
        await socket.NextAsync("x");
        await trial.Client.StopAsync(Cancel).Soon();
        await Assert.ThrowsAsync<GoHubClientException>(() => stopped.Soon());
        await Assert.ThrowsAsync<GoHubClientException>(() => trial.Client.RequestAsync<int, int>("x", 1, Cancel).Soon());

        Assert.Equal((2, 1, 1), (Sum("gohub_client_connects_total"), Sum("gohub_client_reconnects_total"), Sum("gohub_client_failed_attempts_total")));
        // Two welcomes, n, one error, six s, one flush.
        Assert.Equal((11, 4), (Sum("gohub_client_messages_received_total"), Sum("gohub_client_messages_sent_total")));
        Assert.Equal(1, Sum("gohub_client_handlers_failed_total"));
        Assert.InRange(Sum("gohub_client_messages_dropped_total"), 3, 4);
        Assert.Equal((1, 1, 1, 2), (Failed("answer"), Failed("timeout"), Failed("connection_lost"), Failed("stopped")));
        Assert.Equal((0, 0, 0), (Sum("gohub_client_clients{state=waiting}"), Sum("gohub_client_clients{state=connected}"), Sum("gohub_client_clients{state=connecting}")));
    }

    [Fact]
    public async Task NoLabel_NamesAnybody()
    {
        await using (var trial = new Trial(o => o.MeterFactory = _meters))
        {
            var (_, room) = await Rooms.RoomTests.InAsync(trial, "secret-room");
        }

        lock (_gate)
        {
            Assert.DoesNotContain(_sums.Keys, k => k.Contains("secret", StringComparison.Ordinal) || k.Contains("conn-", StringComparison.Ordinal));
        }
    }

    private long Failed(string error) => Sum($"gohub_client_requests_failed_total{{error={error}}}");

    private long Sum(string name)
    {
        lock (_gate)
        {
            return _sums.GetValueOrDefault(name);
        }
    }

    private sealed class OneMeter : IMeterFactory
    {
        public Meter Meter { get; } = new("GoHub.Client");

        public Meter Create(MeterOptions options)
        {
            Assert.Equal("GoHub.Client", options.Name);
            return Meter;
        }

        public void Dispose()
        {
        }
    }
}
