namespace GoHub.Transport.Tests.OnEpoll;

// Every specification on the transport of this repository.
public sealed class Requests() : Http1.RequestsSpecification(TransportKind.Epoll);
public sealed class Pipelining() : Http1.PipeliningSpecification(TransportKind.Epoll);
public sealed class RequestBodies() : Http1.RequestBodiesSpecification(TransportKind.Epoll);
public sealed class ResponseBodies() : Http1.ResponseBodiesSpecification(TransportKind.Epoll);
public sealed class BackPressure() : Http1.BackPressureSpecification(TransportKind.Epoll);
public sealed class ExpectContinue() : Http1.ExpectContinueSpecification(TransportKind.Epoll);
public sealed class Streaming() : Http1.StreamingSpecification(TransportKind.Epoll);
public sealed class Http2Streams() : Http2.Http2Specification(TransportKind.Epoll);
public sealed class Handshakes() : Tls.TlsSpecification(TransportKind.Epoll);
public sealed class WebSocketTalk() : WebSockets.WebSocketsSpecification(TransportKind.Epoll);
public sealed class ClientLeaves() : Lifetime.ClientLeavesSpecification(TransportKind.Epoll);
public sealed class HalfClose() : Lifetime.HalfCloseSpecification(TransportKind.Epoll)
{
    // More than is promised of the stock transport, where it is chance.
    [Fact]
    public async Task A_client_that_is_done_right_after_its_request_gets_the_whole_answer()
    {
        var app = await StartAsync(_ => { });
        for (var i = 0; i < 200; i++)
        {
            using var client = await app.ConnectAsync();
            await client.SendAsync("GET /alive HTTP/1.1\r\nHost: test\r\n\r\n");
            client.ShutdownSend();
            Assert.Contains("alive", Encoding.ASCII.GetString(await client.ReadToEndAsync()), StringComparison.Ordinal);
        }
    }
}
