namespace GoHub.Transport.Native;

/// <summary>A descriptor kept for the moment when there is no other: with it a connection can be taken and closed, rather than wait unseen.</summary>
/// <remarks>Owner: one loop's thread.</remarks>
internal sealed unsafe class SpareDescriptor
{
    private int _fd = Open();

    /// <returns>Whether a connection was taken from the queue and closed.</returns>
    public bool Refuse(int listening)
    {
        if (_fd < 0)
        {
            _fd = Open();
            return false;
        }
        _ = Libc.close(_fd);
        var connection = Libc.accept4(listening, null, null, Libc.CLOEXEC | Libc.NONBLOCK);
        if (connection >= 0)
        {
            _ = Libc.close(connection);
        }
        _fd = Open();
        return connection >= 0;
    }

    public void Release()
    {
        if (_fd >= 0)
        {
            _ = Libc.close(_fd);
            _fd = -1;
        }
    }

    private static int Open() => Libc.open("/dev/null", Libc.CLOEXEC);
}
