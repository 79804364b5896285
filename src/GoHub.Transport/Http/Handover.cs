using System.Buffers;
using System.IO.Pipelines;
using GoHub.Transport.Loops;
using Microsoft.AspNetCore.Connections;

namespace GoHub.Transport.Http;

/// <summary>Lets an upgraded connection go to the loop that it came by, with nothing of the HTTP request left behind.</summary>
internal interface IHandoverFeature
{
    /// <summary>The loop whose socket this is.</summary>
    EventLoop Loop { get; }

    /// <summary>Leaves what comes in the kernel, for whoever reads next. Call it before the upgrade is answered, on HTTP/1.1 only.</summary>
    /// <remarks>A client may send all it has to say, and end its sending, as soon as it sees the answer; Kestrel would take that end for the end of all.</remarks>
    void HoldReading();

    /// <summary>Reads on, where the socket is not handed over after all.</summary>
    void ReadOn();

    /// <summary>Whether the socket itself can be handed over.</summary>
    /// <param name="upgraded">What the app would speak over: the connection's own pipe, and nothing such as TLS or a stream of HTTP/2 on it.</param>
    bool CanHandOver(IDuplexPipe upgraded);

    /// <summary>Hands the socket over once the request has ended, which must be soon. Call it after <see cref="HoldReading"/>, when the upgrade was answered and flushed.</summary>
    /// <param name="owner">Told on the loop's thread that it owns the socket, or that there is none any more.</param>
    void HandOver(ILoopSocketOwner owner);
}

/// <summary>The step from HTTP to the loop, taken on the loop's thread once Kestrel has let go.</summary>
internal sealed class Handover(EventLoop loop, ConnectionServices services, ILoopSocketOwner owner, byte[] early) : LoopWork
{
    public override void Run(object? first, object? second)
    {
        var old = (HttpSocket)first!;
        var socket = new LoopSocket(old.Fd, loop, owner, services.Metrics);
        if (!old.TryGiveUp(socket))
        {
            old.Close();
            owner.OnEnded();
            return;
        }
        services.Metrics.HandedOver(1);
        socket.Begin(early);
    }
}

internal sealed partial class EpollConnection
{
    public EventLoop Loop => _loop;

    public bool CanHandOver(IDuplexPipe upgraded) => _services.MayHandOver && ReferenceEquals(upgraded, _transport) && _lent is null;

    public void HoldReading() => _socket.HoldReading();

    public void ReadOn() => _socket.ReadOn();

    public void HandOver(ILoopSocketOwner owner)
    {
        _socket.KeepOpen();
        _handover = new Handover(_loop, _services, owner, TakeEarly());
    }

    /// <summary>What has come behind the request and was not the request's.</summary>
    private byte[] TakeEarly()
    {
        try
        {
            if (!_transport.Input.TryRead(out var read))
            {
                return [];
            }
            var early = read.Buffer.ToArray();
            _transport.Input.AdvanceTo(read.Buffer.End);
            return early;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client has gone already, or the connection was aborted; the new owner finds that out from the socket.
            TransportLog.ConnectionLost(_services.Logger, ConnectionId, e.Message);
            return [];
        }
    }
}
