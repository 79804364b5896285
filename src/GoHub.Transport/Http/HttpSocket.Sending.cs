using System.Buffers;
using GoHub.Transport.Native;
using Microsoft.AspNetCore.Connections;

namespace GoHub.Transport.Http;

internal sealed partial class HttpSocket
{
    // Segments handed to the kernel in one call; a pipe's are 4 KiB.
    private const int MaxVectors = 16;

    private readonly Lock _sending = new();
    private TaskCompletionSource? _writable;
    private int _writableSignal;
    private Exception? _reason;
    private bool _aborted;
    private volatile bool _keepOpen;

    /// <summary>After the last byte the socket is not shut down, since another will use it.</summary>
    public void KeepOpen() => _keepOpen = true;

    /// <summary>Sends what the app writes, until it has written all or the peer is gone.</summary>
    public async Task SendAllAsync()
    {
        Exception? fault = null;
        try
        {
            while (true)
            {
                var result = await output.Reader.ReadAsync().ConfigureAwait(false);
                if (result.IsCanceled)
                {
                    break;
                }
                var rest = result.Buffer;
                while (!rest.IsEmpty && fault is null)
                {
                    rest = rest.Slice(await SendAsync(rest).ConfigureAwait(false));
                }
                output.Reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (IOException e)
        {
            fault = new ConnectionResetException("The client has gone.", e);
        }
        catch (Exception e) when (e is InvalidOperationException or OperationCanceledException)
        {
            fault = e;
        }
        if (!_keepOpen || fault is not null)
        {
            ShutDown(fault);
        }
        // As the stock transport: a write to a client that has gone is no error of the app's.
        await output.Reader.CompleteAsync(fault as InvalidOperationException).ConfigureAwait(false);
        // Whoever waits for room in the input must not wait for an app that is gone.
        input.Writer.CancelPendingFlush();
    }

    /// <summary>Ends the connection at once; the peer sees a reset if there was a reason to be abrupt.</summary>
    public void Abort(ConnectionAbortedException? reason)
    {
        ShutDown(reason);
        output.Reader.CancelPendingRead();
        SignalWritable();
    }

    private unsafe void ShutDown(Exception? reason)
    {
        lock (_sending)
        {
            _reason ??= reason;
            if (_aborted || Volatile.Read(ref _closed) != 0)
            {
                return;
            }
            _aborted = true;
            if (reason is not null)
            {
                var linger = stackalloc int[2] { 1, 0 };
                _ = Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_LINGER, linger, 2 * sizeof(int));
            }
            _ = Libc.shutdown(fd, Libc.SHUT_RDWR);
        }
    }

    private async ValueTask<long> SendAsync(ReadOnlySequence<byte> bytes)
    {
        while (true)
        {
            Volatile.Write(ref _writableSignal, 0);
            var sent = bytes.IsSingleSegment ? Send(bytes.First) : SendMany(bytes);
            if (sent >= 0)
            {
                return sent;
            }
            var errno = Libc.Errno;
            if (errno == Libc.EAGAIN)
            {
                await WaitUntilWritableAsync().ConfigureAwait(false);
            }
            else if (errno != Libc.EINTR)
            {
                throw new TransportException("send", errno);
            }
            if (_aborted)
            {
                throw new OperationCanceledException("The connection was aborted.");
            }
        }
    }

    private unsafe long Send(ReadOnlyMemory<byte> bytes)
    {
        fixed (byte* start = bytes.Span)
        {
            return Libc.send(fd, start, bytes.Length, Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT);
        }
    }

    private unsafe long SendMany(ReadOnlySequence<byte> bytes)
    {
        var vectors = stackalloc Libc.IoVector[MaxVectors];
        var pins = new MemoryHandle[MaxVectors];
        var count = 0;
        foreach (var segment in bytes)
        {
            if (count == MaxVectors)
            {
                break;
            }
            if (!segment.IsEmpty)
            {
                pins[count] = segment.Pin();
                vectors[count] = new Libc.IoVector { Base = pins[count].Pointer, Length = segment.Length };
                count++;
            }
        }
        var message = new Libc.MessageHeader { Vectors = vectors, VectorCount = count };
        var sent = Libc.sendmsg(fd, &message, Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT);
        var errno = Libc.Errno;
        for (var i = 0; i < count; i++)
        {
            pins[i].Dispose();
        }
        System.Runtime.InteropServices.Marshal.SetLastPInvokeError(errno);
        return sent;
    }

    /// <summary>Waits for the loop to say that the socket takes bytes again, unless it has said so since the last attempt.</summary>
    private Task WaitUntilWritableAsync()
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _writable, waiter);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _writableSignal) != 0 || _aborted)
        {
            waiter.TrySetResult();
        }
        return waiter.Task;
    }

    private void SignalWritable()
    {
        Volatile.Write(ref _writableSignal, 1);
        Interlocked.MemoryBarrier();
        Interlocked.Exchange(ref _writable, null)?.TrySetResult();
    }
}
