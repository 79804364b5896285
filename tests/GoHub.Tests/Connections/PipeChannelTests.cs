namespace GoHub.Tests.Connections;

public sealed class PipeChannelTests : ChannelSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage) => new PipePeer(configure, window, onMessage);
}

public sealed class PipeChannelClosingTests : ChannelClosingSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage) => new PipePeer(configure, window, onMessage);
}

public sealed class PipeChannelKeepAliveTests : ChannelKeepAliveSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage) => new PipePeer(configure, window, onMessage);
}

public sealed class PipeChannelSlowReaderTests : ChannelSlowReaderSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage) => new PipePeer(configure, window, onMessage);
}
