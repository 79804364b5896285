using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace GoHub.Tests.Binding;

/// <summary>What holds for a bound handler, whoever bound it.</summary>
public abstract class BindingSpecification : IAsyncDisposable
{
    private readonly Node _node = new(services: s => s.AddSingleton<Clock>());

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _node.DisposeAsync();
    }

    protected abstract void Map(GoHubEndpointBuilder hub);

    [Theory]
    [InlineData("greet", """{"name":"Ada"}""", "\"Hello Ada\"")]
    [InlineData("greet", """{"NAME":"Ada","times":2,"more":[]}""", "\"Hello Ada Hello Ada\"")]
    [InlineData("order", """{"item":"tea","count":3}""", """{"item":"tea","count":3}""")]
    [InlineData("number", "41", "42")]
    [InlineData("maybe", "5", "5")]
    [InlineData("maybe", "null", "null")]
    [InlineData("element", """[1,{"a":null}]""", """[1,{"a":null}]""")]
    [InlineData("later", "null", "7")]
    [InlineData("null later", "null", "null")]
    [InlineData("choice", "true", "\"fine\"")]
    public async Task Call_AnswersWithTheResult(string type, string data, string expected)
    {
        var answer = Assert.Single(await SendAsync($$"""{"message_id":9,"message_type":"{{type}}","data":{{data}}}"""));

        Assert.Equal(type + "_reply", answer.Type());
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), answer.Data()), answer.GetRawText());
        Assert.Equal(9, answer.GetProperty("request_id").GetInt32());
    }

    [Theory]
    [InlineData("maybe", "null")]
    [InlineData("element", "null")]
    public async Task Call_WithoutDataThatIsOptional_Works(string type, string expected) =>
        Assert.Equal(expected, Assert.Single(await SendAsync($$"""{"message_type":"{{type}}"}""")).Data().GetRawText());

    [Theory]
    [InlineData("greet", "", "'data' is missing")]
    [InlineData("greet", ",\"data\":null", "'data' is missing")]
    [InlineData("number", "", "'data' is missing")]
    [InlineData("greet", ",\"data\":5", "$")]
    [InlineData("greet", ",\"data\":{\"name\":{}}", "$.name")]
    [InlineData("order", ",\"data\":{}", "item")]
    [InlineData("number", ",\"data\":\"x\"", "$")]
    public async Task Call_WhenTheDataDoesNotFit_SaysWhereAndNamesNoType(string type, string data, string expected)
    {
        var answer = Assert.Single(await SendAsync($$"""{"message_id":1,"message_type":"{{type}}"{{data}}}"""));

        Assert.Equal(1001, answer.ErrorCode());
        var message = answer.Data().GetProperty("message").GetString();
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain("GoHub.", message, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_FillsEachKindOfParameter()
    {
        var answer = Assert.Single(await SendAsync("""{"message_id":"m","message_type":"everything","data":{"name":"Ada"}}"""));

        Assert.Equal("anna everything \"m\" 12 14 Ada", answer.Data().GetString());
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("nothing later")]
    [InlineData("nothing much later")]
    public async Task Call_WithoutResult_IsAcknowledgedIfAsked(string type)
    {
        var answer = Assert.Single(await SendAsync($$"""{"message_id":9,"message_type":"{{type}}"}"""));
        Assert.Equal("ack", answer.Type());
        Assert.Equal("ok", answer.Data().GetProperty("status").GetString());
        Assert.Equal(9, answer.GetProperty("request_id").GetInt32());

        Assert.Empty(await SendAsync($$"""{"message_type":"{{type}}"}"""));
    }

    [Fact]
    public async Task Call_ThatIsSilent_AnswersNothing() => Assert.Empty(await SendAsync("""{"message_id":9,"message_type":"silent"}"""));

    [Fact]
    public async Task Call_ThatGivesAnError_AnswersWithIt()
    {
        var answer = Assert.Single(await SendAsync("""{"message_id":9,"message_type":"choice","data":false}"""));

        Assert.Equal(1001, answer.ErrorCode());
        Assert.Equal("not good", answer.Data().GetProperty("message").GetString());
        Assert.Equal("at all", answer.Data().GetProperty("details").GetString());
    }

    [Fact]
    public async Task Binary_IsHandedOverAndAnsweredAsItIs()
    {
        var (hub, handlers) = _node.Map();
        Map(hub);
        var client = _node.Connect();

        await handlers.Dispatcher.DispatchAsync(client.Connection, true, new byte[] { 1, 2, 3 }, mayOnlySignIn: false).Soon();

        var frame = Assert.Single(client.Channel.Sent);
        Assert.Equal(GoHub.Connections.FrameOpcode.Binary, frame.Opcode);
        Assert.Equal([3, 2, 1], frame.Payload);
    }

    private Task<List<JsonElement>> SendAsync(string json)
    {
        var (hub, handlers) = _node.Map();
        Map(hub);
        return handlers.SendAsync(_node.Connect("anna"), json);
    }
}
