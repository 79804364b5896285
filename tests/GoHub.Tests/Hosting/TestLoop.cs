using GoHub.Connections;
using GoHub.Connections.Loops;
using GoHub.Diagnostics;
using GoHub.Transport;
using GoHub.Transport.Loops;
using Microsoft.Extensions.Logging;

namespace GoHub.Tests.Hosting;

/// <summary>A real loop with its lane, which says when it has come to rest.</summary>
internal sealed class TestLoop : IDisposable
{
    private readonly TransportMetrics _metrics = new(new Meters());
    private readonly LogLines _faults = new();
    private readonly Rest _rest;

    public TestLoop(ChannelSettings settings, GoHubMetrics metrics, LogLines log, Lanes? lanes = null)
    {
        var logger = new LoggerFactory([log]).CreateLogger<GoHubConnection>();
        Loop = new EventLoop(0, _faults);
        Lane = (lanes ?? new Lanes(settings, metrics, logger)).Of(Loop);
        _rest = new Rest(Lane);
        Loop.Ticker = _rest;
        Loop.Start();
    }

    public EventLoop Loop { get; }

    public Lane Lane { get; }

    /// <summary>A channel on a socket that the loop owns from the next turn on.</summary>
    public void HandOver(LoopChannel channel, IChannelReceiver receiver, int fd, byte[]? early = null)
    {
        channel.Begin(receiver);
        RunAsync(() =>
        {
            var socket = new LoopSocket(fd, Loop, channel, _metrics);
            Loop.Add(socket, fd);
            socket.Begin(early ?? []);
        });
    }

    /// <summary>Does something on the loop's thread.</summary>
    public Task RunAsync(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(new Once(work, done));
        return done.Task;
    }

    /// <summary>Done at the end of a turn that leaves nothing to be sent later, after what was posted before.</summary>
    public Task SettledAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(_rest.Asking, done);
        return done.Task.Soon();
    }

    /// <summary>Ends the loop; fails if work on it has ever thrown.</summary>
    public void Dispose()
    {
        Loop.Dispose();
        _metrics.Dispose();
        Assert.Empty(_faults.At(LogLevel.Error));
    }

    private sealed class Once(Action work, TaskCompletionSource done) : LoopWork
    {
        public override void Run(object? first, object? second)
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }
    }

    private sealed class Rest(LoopTicker lane) : LoopTicker
    {
        private readonly List<TaskCompletionSource> _asked = [];

        public LoopWork Asking => field ??= new Ask(_asked);

        public override long Tick()
        {
            var wait = lane.Tick();
            if (wait < 0 && _asked.Count > 0)
            {
                _asked.ForEach(a => a.SetResult());
                _asked.Clear();
            }
            return wait;
        }
    }

    private sealed class Ask(List<TaskCompletionSource> asked) : LoopWork
    {
        public override void Run(object? first, object? second) => asked.Add((TaskCompletionSource)first!);
    }
}
