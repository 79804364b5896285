using System.Runtime.CompilerServices;

namespace GoHub.Transport.Tests.Http1;

/// <summary>Answers that arrive piece by piece, each as soon as it was flushed.</summary>
public abstract class StreamingSpecification(TransportKind transport) : TransportSpecification(transport)
{
    [Fact]
    public async Task Each_server_sent_event_arrives_before_the_next_is_made()
    {
        var received = new Tally("events received");
        var app = await StartAsync(a => a.MapGet("/", (CancellationToken cancellation) => TypedResults.ServerSentEvents(EventsAsync(received, 50, cancellation))));
        using var client = app.CreateClient();
        using var reader = new StreamReader(await client.GetStreamAsync(new Uri("/", UriKind.Relative)));
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal($"data: event {i}", await reader.ReadLineAsync());
            Assert.Equal("", await reader.ReadLineAsync());
            received.Add();
        }
        Assert.Null(await reader.ReadLineAsync());
    }

    [Fact]
    public async Task A_stream_of_events_ends_when_its_reader_leaves()
    {
        var ended = new Gate("the stream ended");
        var app = await StartAsync(a => a.MapGet("/", async (HttpContext context) =>
        {
            using var registration = context.RequestAborted.Register(ended.Open);
            await context.Response.WriteAsync("data: only\n\n");
            await context.Response.Body.FlushAsync();
            await ended.PassAsync();
        }));
        using (var client = app.CreateClient())
        {
            using var reader = new StreamReader(await client.GetStreamAsync(new Uri("/", UriKind.Relative)));
            Assert.Equal("data: only", await reader.ReadLineAsync());
        }
        await ended.PassAsync();
    }

    [Fact]
    public async Task A_conversation_within_one_request_goes_back_and_forth()
    {
        var app = await StartAsync(a => a.MapPost("/", async (HttpContext context) =>
        {
            var octet = new byte[1];
            while (await context.Request.Body.ReadAsync(octet) > 0)
            {
                octet[0]++;
                await context.Response.Body.WriteAsync(octet);
                await context.Response.Body.FlushAsync();
            }
        }));
        using var client = await app.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 200\r\n\r\n");
        for (var i = 0; i < 200; i++)
        {
            await client.SendAsync(new[] { (byte)i });
            while (i == 0 && await client.ReadLineAsync() is { Length: > 0 })
            {
            }
            Assert.Equal("1", await client.ReadLineAsync());
            Assert.Equal((byte)(i + 1), (await client.ReadExactlyAsync(1))[0]);
            await client.ReadLineAsync();
        }
        Assert.Equal("0", await client.ReadLineAsync());
    }

    private static async IAsyncEnumerable<string> EventsAsync(Tally received, int count, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            await received.ReachAsync(i);
            yield return $"event {i}";
        }
    }
}
