using System.Text;
using System.Text.Json;
using GoHub.Protocol;

namespace GoHub.Tests.Protocol;

public sealed class EnvelopeWriterTests
{
    [Fact]
    public void Write_KeepsTheFieldOrderOfTheOriginal()
    {
        var json = Write("chat", "{\"a\":1}", "c1", 5, "\"x\"");

        Assert.Equal("""{"message_id":0,"message_type":"chat","data":{"a":1},"client_id":"c1","timestamp":5,"request_id":"x"}""", json);
    }

    [Fact]
    public void Write_LeavesOutWhatIsAbsent() =>
        Assert.Equal("""{"message_id":0,"message_type":"t","data":null,"timestamp":5}""", Write("t", "null", null, 5, ""));

    [Fact]
    public void Write_LeavesTheReserveFree()
    {
        var writer = EnvelopeWriter.Rent(reserve: 10, EnvelopeWriter.Prefix("t"));
        writer.Json.WriteNullValue();
        var bytes = writer.End(null, 1, default).ToArray();
        writer.Return();

        Assert.Equal((byte)'{', bytes[10]);
    }

    [Fact]
    public void Rent_WhenOneIsOutAlready_GivesAnother()
    {
        var outer = EnvelopeWriter.Rent(0, EnvelopeWriter.Prefix("outer"));
        var inner = Write("inner", "1", null, 1, "");
        outer.Json.WriteNumberValue(2);
        var bytes = Encoding.UTF8.GetString(outer.End(null, 1, default));
        outer.Return();

        Assert.Contains("inner", inner, StringComparison.Ordinal);
        Assert.Contains("\"outer\",\"data\":2", bytes, StringComparison.Ordinal);
    }

    [Fact]
    public void Rent_AfterAWriteThatFailed_StartsClean()
    {
        var writer = EnvelopeWriter.Rent(0, EnvelopeWriter.Prefix("half"));
        writer.Return();

        Assert.Equal("""{"message_id":0,"message_type":"t","data":1,"timestamp":1}""", Write("t", "1", null, 1, ""));
    }

    [Fact]
    public void RoundTrip_OfAnyStrings_GivesThemBack() =>
        Gen.Select(Gen.String, Gen.String, Gen.Long).Sample((type, text, id) =>
        {
            var data = JsonSerializer.Serialize(text);
            var json = Write("t" + type, data, null, 1, id.ToString(System.Globalization.CultureInfo.InvariantCulture));
            // Back as a client would send it: what was request_id is its message_id.
            var sent = Encoding.UTF8.GetBytes(json.Replace("\"message_id\":0,", "", StringComparison.Ordinal).Replace("\"request_id\"", "\"message_id\"", StringComparison.Ordinal));

            Assert.True(EnvelopeReader.TryRead(sent, out var envelope, out _, out var problem), problem);
            // A lone surrogate is no text: it is written as U+FFFD.
            Assert.Equal(Encoding.UTF8.GetBytes("t" + type), envelope.Type.ToArray());
            Assert.Equal(data, Encoding.UTF8.GetString(envelope.Data.Span));
            Assert.Equal(id == 0 ? "" : id.ToString(System.Globalization.CultureInfo.InvariantCulture), Encoding.UTF8.GetString(envelope.MessageId.Span));
        }, iter: 2000);

    private static string Write(string type, string data, string? clientId, long timestamp, string requestId)
    {
        var writer = EnvelopeWriter.Rent(0, EnvelopeWriter.Prefix(type));
        writer.Json.WriteRawValue(data);
        var json = Encoding.UTF8.GetString(writer.End(clientId, timestamp, Encoding.UTF8.GetBytes(requestId)));
        writer.Return();
        return json;
    }
}
