namespace GoHub.Transport.Tests.OnSockets;

// Every specification on the stock transport: it says what is to be expected.
public sealed class Requests() : Http1.RequestsSpecification(TransportKind.Sockets);
public sealed class Pipelining() : Http1.PipeliningSpecification(TransportKind.Sockets);
public sealed class RequestBodies() : Http1.RequestBodiesSpecification(TransportKind.Sockets);
public sealed class ResponseBodies() : Http1.ResponseBodiesSpecification(TransportKind.Sockets);
public sealed class BackPressure() : Http1.BackPressureSpecification(TransportKind.Sockets);
public sealed class ExpectContinue() : Http1.ExpectContinueSpecification(TransportKind.Sockets);
public sealed class Streaming() : Http1.StreamingSpecification(TransportKind.Sockets);
public sealed class Http2Streams() : Http2.Http2Specification(TransportKind.Sockets);
public sealed class Handshakes() : Tls.TlsSpecification(TransportKind.Sockets);
public sealed class WebSocketTalk() : WebSockets.WebSocketsSpecification(TransportKind.Sockets);
public sealed class ClientLeaves() : Lifetime.ClientLeavesSpecification(TransportKind.Sockets);
public sealed class HalfClose() : Lifetime.HalfCloseSpecification(TransportKind.Sockets);
