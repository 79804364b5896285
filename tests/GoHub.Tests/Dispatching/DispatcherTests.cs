using System.Text;
using System.Text.Unicode;

namespace GoHub.Tests.Dispatching;

public sealed class DispatcherTests : IAsyncDisposable
{
    private readonly Node _node = new();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("""{"message_type":5}""")]
    [InlineData("""{"message_type":"unknown"}""")]
    [InlineData("""{"message_type":"join_room"}""")]
    [InlineData("""{"message_type":"join_room","data":{"room_id":5}}""")]
    public async Task Dispatch_WhenTheMessageIsWrong_AnswersInvalidFormat(string json)
    {
        var (_, handlers) = _node.Map();

        var answer = Assert.Single(await handlers.SendAsync(_node.Connect(), json));

        Assert.Equal(1001, answer.ErrorCode());
        Assert.Equal(0, answer.Data().GetProperty("request_id").GetInt32());
        Assert.False(answer.TryGetProperty("request_id", out _));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("\"seven\"")]
    public async Task Dispatch_WhenTheMessageIsWrong_GivesTheIdBackTwice(string id)
    {
        var (_, handlers) = _node.Map();

        var answer = Assert.Single(await handlers.SendAsync(_node.Connect(), $$"""{"message_id":{{id}},"message_type":"unknown"}"""));

        Assert.Equal(id, answer.GetProperty("request_id").GetRawText());
        Assert.Equal(id, answer.Data().GetProperty("request_id").GetRawText());
    }

    [Fact]
    public async Task Dispatch_WhenTheIdIsOfAnotherType_AnswersInvalidMessageId()
    {
        var (_, handlers) = _node.Map();

        Assert.Equal(1002, Assert.Single(await handlers.SendAsync(_node.Connect(), """{"message_id":{},"message_type":"ping"}""")).ErrorCode());
    }

    [Theory]
    [InlineData("""{"\ud800":1,"message_type":"ping"}""")]
    [InlineData("""{"message_type":"join_room","data":{"\ud800":1,"room_id":"r"}}""")]
    public async Task Dispatch_WhenANameIsNoText_AnswersAndLivesOn(string json)
    {
        var (_, handlers) = _node.Map();

        Assert.Single(await handlers.SendAsync(_node.Connect(), json));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispatch_WhenABinaryEnvelopeIsNotUtf8_AnswersInUtf8(bool badId)
    {
        var (_, handlers) = _node.Map();
        var client = _node.Connect();
        byte[] message = [.. "{\"message_id\":\""u8, .. (badId ? new byte[] { 0xFF } : "a"u8.ToArray()), .. "\",\"message_type\":\"ping\",\"data\":{\"ts\":\""u8, 0xC3, .. "\"}}"u8];

        await handlers.Dispatcher.DispatchAsync(client.Connection, true, message, mayOnlySignIn: false).Soon();

        var sent = Assert.Single(client.Channel.Sent);
        Assert.True(Utf8.IsValid(sent.Payload), "A text frame that is not UTF-8: " + Encoding.Latin1.GetString(sent.Payload));
        Assert.Contains("1001", sent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispatch_OfAnEnvelopeInABinaryFrame_IsAsInAText()
    {
        var (_, handlers) = _node.Map();

        Assert.Equal("pong", Assert.Single(await handlers.SendAsync(_node.Connect(), " \n{\"message_type\":\"ping\"}", binary: true)).Type());
    }

    [Fact]
    public async Task Dispatch_OfBytesNobodyTakes_AnswersInvalidFormat()
    {
        var (_, handlers) = _node.Map();

        Assert.Equal(1001, Assert.Single(await handlers.SendAsync(_node.Connect(), "\u0001\u0002", binary: true)).ErrorCode());
    }

    [Theory]
    [InlineData("""{"message_type":"ping"}""", false)]
    [InlineData("raw", true)]
    public async Task Dispatch_BeforeTheSignInThatIsDemanded_AnswersUnauthorized(string message, bool binary)
    {
        var (_, handlers) = _node.Map();
        var (connection, channel) = _node.Connect();

        await handlers.Dispatcher.DispatchAsync(connection, binary, Encoding.UTF8.GetBytes(message), mayOnlySignIn: true).Soon();

        Assert.Contains("\"code\":2000", Assert.Single(channel.Sent).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispatch_OfAnUnknownType_QuotesItSafely()
    {
        var (_, handlers) = _node.Map();

        var answer = Assert.Single(await handlers.SendAsync(_node.Connect(), $$"""{"message_type":"a\r\nb{{new string('x', 300)}}"}"""));

        var message = answer.Data().GetProperty("message").GetString()!;
        Assert.DoesNotContain('\n', message);
        Assert.InRange(message.Length, 1, 200);
    }
}
