using System.Text;
using System.Text.Json;
using GoHub.Protocol;

namespace GoHub.Tests.Protocol;

public sealed class BuiltInRequestTests
{
    [Fact]
    public void Read_FindsEveryField()
    {
        var fault = Read("""{"room_id":"r","target_id":"t","name":"n","token":"k","max_clients":3,"content":{"x":[1]},"ts":12,"other":{"room_id":"no"}}""", out var request);

        Assert.Null(fault);
        Assert.Equal(("r", "t", "n", "k", 3), (request.RoomId, request.TargetId, request.Name, request.Token, request.MaxClients));
        Assert.Equal("""{"x":[1]}""", Encoding.UTF8.GetString(request.Content.Span));
        Assert.Equal("12", Encoding.UTF8.GetString(request.Ts.Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"room_id":null,"max_clients":null}""")]
    public void Read_WhenNothingIsThere_LeavesAllEmpty(string json)
    {
        Assert.Null(Read(json, out var request));
        Assert.Null(request.RoomId);
        Assert.Null(request.MaxClients);
        Assert.True(request.Content.IsEmpty);
    }

    [Theory]
    [InlineData("[]", "data")]
    [InlineData("5", "data")]
    [InlineData("\"room\"", "data")]
    [InlineData("""{"room_id":5}""", "room_id")]
    [InlineData("""{"room_id":{"a":1}}""", "room_id")]
    [InlineData("""{"room_id":"\ud800"}""", "data")]
    [InlineData("""{"target_id":[]}""", "target_id")]
    [InlineData("""{"name":true}""", "name")]
    [InlineData("""{"token":1}""", "token")]
    [InlineData("""{"max_clients":-1}""", "max_clients")]
    [InlineData("""{"max_clients":1.5}""", "max_clients")]
    [InlineData("""{"max_clients":2147483648}""", "max_clients")]
    [InlineData("""{"max_clients":"3"}""", "max_clients")]
    [InlineData("""{"max_clients":[1,2],"room_id":"r"}""", "max_clients")]
    public void Read_WhenAFieldIsWrong_NamesIt(string json, string field) =>
        Assert.Contains($"'{field}'", Read(json, out _), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"\ud800ontent":1,"room_id":"r"}""")]
    [InlineData("""{"\udfff_id":1}""")]
    public void Read_WhenANameHoldsALoneSurrogate_DoesNotThrow(string json) =>
        Assert.Null(Record.Exception(() => Read(json, out _)));

    [Fact]
    public void Read_OfAnyJson_NeverThrows()
    {
        var names = Gen.OneOf("room_id", "content", "target_id", "name", "token", "ts", "max_clients", "x", "ro\\u006fm_id", "\\ud83d\\ude00");
        var values = Gen.OneOf("1", "-1", "\"a\"", "\"\\n\\u00e9\"", "null", "true", "{}", "[1,{\"room_id\":2}]", "{\"a\":{\"b\":[]}}", "1e9", "\"\\udc00\"");
        Gen.Select(names, values).Array[0, 6].Sample(fields =>
        {
            var json = "{" + string.Join(",", fields.Select(f => $"\"{f.Item1}\":{f.Item2}")) + "}";
            using var check = JsonDocument.Parse(json);
            Read(json, out _);
        }, iter: 20_000);
    }

    private static string? Read(string json, out BuiltInRequest request) => BuiltInRequest.Read(Encoding.UTF8.GetBytes(json), out request);
}
