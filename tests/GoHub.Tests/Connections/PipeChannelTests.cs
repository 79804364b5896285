namespace GoHub.Tests.Connections;

public sealed class PipeChannelTests : ChannelSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage, deflate) => new PipePeer(configure, window, onMessage, deflate);
}

public sealed class PipeChannelClosingTests : ChannelClosingSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage, deflate) => new PipePeer(configure, window, onMessage, deflate);
}

public sealed class PipeChannelKeepAliveTests : ChannelKeepAliveSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage, deflate) => new PipePeer(configure, window, onMessage, deflate);
}

public sealed class PipeChannelSlowReaderTests : ChannelSlowReaderSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage, deflate) => new PipePeer(configure, window, onMessage, deflate);
}

public sealed class PipeChannelDeflateTests : ChannelDeflateSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage, deflate) => new PipePeer(configure, window, onMessage, deflate);
}
