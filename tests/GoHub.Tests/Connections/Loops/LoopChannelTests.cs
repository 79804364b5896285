namespace GoHub.Tests.Connections.Loops;

public sealed class LoopChannelTests : ChannelSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage, deflate) => new LoopPeer(configure, window, onMessage, deflate);
}

public sealed class LoopChannelClosingTests : ChannelClosingSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage, deflate) => new LoopPeer(configure, window, onMessage, deflate);
}

public sealed class LoopChannelKeepAliveTests : ChannelKeepAliveSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage, deflate) => new LoopPeer(configure, window, onMessage, deflate);
}

public sealed class LoopChannelSlowReaderTests : ChannelSlowReaderSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage, deflate) => new LoopPeer(configure, window, onMessage, deflate);
}

public sealed class LoopChannelDeflateTests : ChannelDeflateSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage, deflate) => new LoopPeer(configure, window, onMessage, deflate);
}
