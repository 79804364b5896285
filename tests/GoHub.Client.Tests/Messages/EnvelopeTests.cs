using System.Text.Json.Serialization.Metadata;
using GoHub.Client.Messages;

namespace GoHub.Client.Tests.Messages;

public sealed class EnvelopeTests
{
    private static readonly FakeTimeProvider Time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_717_000_000_000));

    [Fact]
    public void Write_HasTheFieldsOfTheWire() =>
        Assert.Equal("""{"message_id":7,"message_type":"join_room","data":"x","timestamp":1717000000000}""",
            Encoding.UTF8.GetString(ClientEnvelope.Write(7, "join_room", "x", Info<string>(), Time)));

    [Fact]
    public void Write_WithoutDataOrId() =>
        Assert.Equal("""{"message_id":0,"message_type":"ping","timestamp":1717000000000}""", Encoding.UTF8.GetString(ClientEnvelope.Write(0, "ping", Time)));

    [Theory]
    [InlineData("a\"b\\c\n")]
    [InlineData("typ😀é")]
    [InlineData("\u0000")]
    public void Write_EscapesTheType(string type)
    {
        var envelope = JsonNode.Parse(ClientEnvelope.Write(1, type, 5, Info<int>(), Time))!;

        Assert.Equal(type, envelope["message_type"]!.GetValue<string>());
    }

    [Fact]
    public void WriteRoomMessage_PutsTheContentInside() =>
        Assert.Equal("""{"room_id":"a\"b","content":[1]}""",
            JsonNode.Parse(ClientEnvelope.WriteRoomMessage(1, "a\"b", JsonElement.Parse("[1]"), Info<JsonElement>(), Time))!["data"]!.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

    [Theory]
    [InlineData("""{"message_id":0,"message_type":"ack","data":{"status":"ok"},"timestamp":5,"request_id":6,"client_id":"c"}""", "ack", """{"status":"ok"}""", 6, 5, "c")]
    [InlineData("""{"message_type":"x"}""", "x", "", 0, 0, null)]
    [InlineData("""{ "request_id" : "text" , "message_type" : "\u0078" , "data" : [ 1 ] , "unknown" : {"data":2} }""", "x", "[ 1 ]", 0, 0, null)]
    [InlineData("""{"message_type":"x","data":null,"request_id":1.5,"timestamp":"now","client_id":7}""", "x", "null", 0, 0, null)]
    [InlineData("""{"message_type":"a","message_type":"b","data":1,"data":2}""", "b", "2", 0, 0, null)]
    [InlineData("""{"message_type":"x","request_id":9223372036854775808}""", "x", "", 0, 0, null)]
    public void Read_FindsTheParts(string text, string type, string data, long request, long timestamp, string? client)
    {
        Assert.True(ServerEnvelope.TryRead(Encoding.UTF8.GetBytes(text), out var envelope));

        Assert.Equal((type, data, request, timestamp, client), (envelope.Type, Encoding.UTF8.GetString(envelope.Data.Span), envelope.RequestId, envelope.Timestamp, envelope.ClientId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"message_type":""}""")]
    [InlineData("""{"message_type":null}""")]
    [InlineData("""{"message_type":"x"}{}""")]
    [InlineData("""{"message_type":"x","data":{"a":}}""")]
    [InlineData("""{"message_type":"x","client_id":"\udfff"}""")]
    public void Read_WhatIsNone_IsNone(string text) => Assert.False(ServerEnvelope.TryRead(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Read_TakesWhatTheServerPassesOn_AndNoMore()
    {
        Assert.True(ServerEnvelope.TryRead(Nested(32), out _));
        Assert.False(ServerEnvelope.TryRead(Nested(1000), out _));

        static byte[] Nested(int levels) => Encoding.UTF8.GetBytes($$"""{"message_type":"x","data":{{new string('[', levels)}}{{new string(']', levels)}}}""");
    }

    [Theory]
    [InlineData("", null, null, "", null)]
    [InlineData("[1]", null, null, "", null)]
    [InlineData("""{"room_id":"r","content":{"a":[1]},"sender_id":"s"}""", "r", "s", """{"a":[1]}""", null)]
    [InlineData("""{"room_id":5,"content":null,"status":"kicked","x":{"room_id":"no"}}""", null, null, "null", "kicked")]
    [InlineData("""{"room_id":"r","sender_id":"\ud800"}""", null, null, "", null)]
    public void Fields_AreRead(string data, string? room, string? sender, string content, string? status)
    {
        var fields = MessageFields.Read(Encoding.UTF8.GetBytes(data));

        Assert.Equal((room, sender, content, status), (fields.RoomId, fields.SenderId, Encoding.UTF8.GetString(fields.Content.Span), fields.Status));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(long.MaxValue)]
    public void Timestamp_ThatIsNone_IsNull(long timestamp) => Assert.Null(new GoHubClientMessage("x", default, null, timestamp, JsonSerializerOptions.Default).Timestamp);

    private static JsonTypeInfo<T> Info<T>() => (JsonTypeInfo<T>)new GoHubClientOptions().Json.GetTypeInfo(typeof(T));
}
