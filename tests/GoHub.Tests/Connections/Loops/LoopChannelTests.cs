namespace GoHub.Tests.Connections.Loops;

public sealed class LoopChannelTests : ChannelSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage) => new LoopPeer(configure, window, onMessage);
}

public sealed class LoopChannelClosingTests : ChannelClosingSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage) => new LoopPeer(configure, window, onMessage);
}

public sealed class LoopChannelKeepAliveTests : ChannelKeepAliveSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage) => new LoopPeer(configure, window, onMessage);
}

public sealed class LoopChannelSlowReaderTests : ChannelSlowReaderSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage) => new LoopPeer(configure, window, onMessage);
}
