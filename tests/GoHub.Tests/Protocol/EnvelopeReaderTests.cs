using System.Text;
using System.Text.Json;
using GoHub.Protocol;

namespace GoHub.Tests.Protocol;

public sealed class EnvelopeReaderTests
{
    [Fact]
    public void TryRead_FindsTypeIdAndData()
    {
        var (envelope, _, _) = Read("""{"message_id":7,"message_type":"chat","data":{"a":[1,2]},"timestamp":5}""");

        Assert.Equal(("chat", "7", """{"a":[1,2]}"""), envelope);
    }

    [Theory]
    [InlineData("""{"message_type":"t"}""", "")]
    [InlineData("""{"message_type":"t","message_id":null}""", "")]
    [InlineData("""{"message_type":"t","message_id":0}""", "")]
    [InlineData("""{"message_type":"t","message_id":""}""", "")]
    [InlineData("""{"message_type":"t","message_id":-12.5e3}""", "-12.5e3")]
    [InlineData("""{"message_type":"t","message_id":12345678901234567890123}""", "12345678901234567890123")]
    [InlineData("""{"message_type":"t","message_id":"a\"b"}""", "\"a\\\"b\"")]
    [InlineData("""{"message_type":"t","message_id": "x" }""", "\"x\"")]
    public void TryRead_KeepsTheIdAsItWasWritten(string json, string id)
    {
        var (envelope, _, problem) = Read(json);

        Assert.Equal("", problem);
        Assert.Equal(id, envelope.Id);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("{}")]
    [InlineData("[1]")]
    public void TryRead_WhenIdIsOfAnotherType_SaysInvalidMessageId(string id)
    {
        var (envelope, code, problem) = Read($$"""{"message_id":{{id}},"message_type":"t","data":1}""");

        Assert.Equal(GoHubErrorCode.InvalidMessageId, code);
        Assert.Contains("message_id", problem, StringComparison.Ordinal);
        Assert.Equal("", envelope.Id);
    }

    [Theory]
    [InlineData(126, true)]
    [InlineData(127, false)]
    public void TryRead_WhenIdIsLong_AllowsOnly128Bytes(int characters, bool allowed)
    {
        var (_, code, problem) = Read($$"""{"message_id":"{{new string('x', characters)}}","message_type":"t"}""");

        Assert.Equal(allowed, problem.Length == 0);
        Assert.Equal(allowed ? GoHubErrorCode.InvalidFormat : GoHubErrorCode.InvalidMessageId, code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("12")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{\"message_type\":\"t\"")]
    [InlineData("{\"message_type\":\"t\",}")]
    [InlineData("{\"message_type\":\"t\"} {}")]
    [InlineData("{\"message_type\":\"t\"}x")]
    [InlineData("{'message_type':'t'}")]
    [InlineData("{\"message_type\":\"t\"/**/}")]
    [InlineData("{\"message_type\":\"a\nb\"}")]
    [InlineData("{\"message_type\":\"\\ud800\"}")]
    [InlineData("{\"message_type\":\"\\x\"}")]
    [InlineData("{\"message_type\":5}")]
    [InlineData("{\"message_type\":null}")]
    [InlineData("{\"message_type\":\"\"}")]
    [InlineData("{\"message_type\":{}}")]
    [InlineData("{\"data\":1}")]
    [InlineData("{}")]
    [InlineData("﻿{\"message_type\":\"t\"}")]
    public void TryRead_WhenItIsNoEnvelope_SaysInvalidFormat(string json)
    {
        var (_, code, problem) = Read(json);

        Assert.Equal(GoHubErrorCode.InvalidFormat, code);
        Assert.NotEqual("", problem);
    }

    [Fact]
    public void TryRead_WhenTypeIsMissing_KeepsTheIdForTheAnswer()
    {
        var (envelope, _, problem) = Read("""{"message_id":9}""");

        Assert.NotEqual("", problem);
        Assert.Equal("9", envelope.Id);
    }

    [Theory]
    [InlineData("""{"\ud800":1,"message_type":"t"}""")]
    [InlineData("""{"message_type":"t","\udc00data":1}""")]
    [InlineData("""{"message_type":"t","data":{"\ud800":1}}""")]
    [InlineData("""{"message_type":"t","\ud800aaaaaaaaaaaaaaaa":"\ud800"}""")]
    public void TryRead_WhenANameHoldsALoneSurrogate_DoesNotThrow(string json) =>
        Assert.Null(Record.Exception(() => Read(json)));

    [Fact]
    public void TryRead_ResolvesEscapesInNamesAndType()
    {
        var (envelope, _, _) = Read("""{"\u006dessage_type":"\u0063h\u00e4t\ud83d\ude00","d\u0061ta":"\u0061"}""");

        Assert.Equal(("chät😀", "", "\"\\u0061\""), envelope);
    }

    [Fact]
    public void TryRead_WhenAFieldComesTwice_TakesTheLast()
    {
        var (envelope, _, _) = Read("""{"message_type":"a","data":1,"message_id":1,"message_type":"b","data":2,"message_id":2}""");

        Assert.Equal(("b", "2", "2"), envelope);
    }

    [Theory]
    [InlineData(31, true)]
    [InlineData(32, false)]
    public void TryRead_AllowsAnEnvelopeOf32Levels(int levelsOfData, bool allowed)
    {
        var data = new string('[', levelsOfData) + new string(']', levelsOfData);

        Assert.Equal(allowed, Read($$"""{"message_type":"t","data":{{data}}}""").Problem.Length == 0);
    }

    [Fact]
    public void TryRead_CopiesNothing()
    {
        ReadOnlyMemory<byte> bytes = Encoding.UTF8.GetBytes("""{"message_id":7,"message_type":"chat","data":{"text":"hello"}}""");
        EnvelopeReader.TryRead(bytes, out _, out _, out _);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            EnvelopeReader.TryRead(bytes, out _, out _, out _);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void TryRead_OfAnyBytes_NeverThrows() =>
        Gen.Byte.Array[0, 120].Sample(bytes => { EnvelopeReader.TryRead(bytes, out _, out _, out _); }, iter: 20_000);

    [Fact]
    public void TryRead_OfAnyJsonLikeText_NeverThrowsAndAgreesWithJsonDocument() =>
        JsonText.Sample(text =>
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var read = EnvelopeReader.TryRead(bytes, out var envelope, out _, out var problem);
            var parsed = Parse(bytes);
            // What starts with no object is not read to its end.
            Assert.Equal(read || problem.Contains("field", StringComparison.Ordinal), parsed?.ValueKind == JsonValueKind.Object && (read || problem.Contains("field", StringComparison.Ordinal)));
            Assert.False(parsed is null && read);
            if (read)
            {
                Assert.Equal(parsed!.Value.GetProperty("message_type").GetString(), Encoding.UTF8.GetString(envelope.Type.Span));
                Assert.Equal(!envelope.Data.IsEmpty, parsed.Value.TryGetProperty("data", out var data));
                Assert.True(envelope.Data.IsEmpty || data.GetRawText() == Encoding.UTF8.GetString(envelope.Data.Span));
            }
        }, iter: 20_000);

    private static readonly string[] Tokens =
        ["{", "}", "[", "]", ",", ":", "\"message_type\"", "\"message_id\"", "\"data\"", "\"x\"", "1", "0", "-1e5", "null", "true", "\"\"", " ", "\"\\u0061\"", "{}", "\"data\":[1]", "{\"message_type\":\"t\",", "\"message_type\":\"t\"", "\"message_id\":3"];

    private static Gen<string> JsonText => Gen.OneOf(Tokens).Array[0, 14].Select(tokens => string.Concat(tokens));

    private static JsonElement? Parse(byte[] bytes)
    {
        try
        {
            var element = JsonElement.Parse(bytes);
            return element;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ((string Type, string Id, string Data) Envelope, GoHubErrorCode Code, string Problem) Read(string json)
    {
        var read = EnvelopeReader.TryRead(Encoding.UTF8.GetBytes(json), out var envelope, out var code, out var problem);
        Assert.Equal(read, problem.Length == 0);
        return ((Utf8(envelope.Type), Utf8(envelope.MessageId), Utf8(envelope.Data)), code, problem);
    }

    private static string Utf8(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
