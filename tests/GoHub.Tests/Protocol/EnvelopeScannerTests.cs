using System.Text;
using CsCheck;
using GoHub.Protocol;

namespace GoHub.Tests.Protocol;

/// <summary>The short way through an envelope finds what the general one finds, or leaves it to that.</summary>
public sealed class EnvelopeScannerTests
{
    [Theory]
    [InlineData("""{"message_type":"echo","data":"text"}""")]
    [InlineData("""{"message_id":17,"message_type":"echo","data":{"a":[1,{"b":null}],"c":"\"}"}}""")]
    [InlineData("""{"data":["x",[]],"message_type":"echo","message_id":"an id"}""")]
    [InlineData("""{"message_type":"é","data":"日本"}""")]
    [InlineData("""{"message_type":"a","message_type":"b"}""")]
    public void Usual_IsReadAtOnce(string json)
    {
        var utf8 = Encoding.UTF8.GetBytes(json);

        Assert.True(EnvelopeScanner.TryRead(utf8, out _));
        AssertAlike(utf8);
    }

    [Theory]
    [InlineData("""{"message_type":"","data":1}""")]
    [InlineData("""{"message_id":0,"message_type":"echo"}""")]
    [InlineData("""{"message_id":"","message_type":"echo"}""")]
    [InlineData("""{"message_id":01,"message_type":"echo"}""")]
    [InlineData("""{"message_id":1e3,"message_type":"echo"}""")]
    [InlineData("""{"message_type":"a\u0062"}""")]
    [InlineData("""{"message_type":"echo"} """)]
    [InlineData("""{"message_type":"echo"}x""")]
    [InlineData("""{"message_type":"echo",}""")]
    [InlineData("""{"message_type":"echo","other":1}""")]
    [InlineData("""{"message_type":"echo","data":{"a":1,}}""")]
    [InlineData("""{"message_type":"echo","data":[}""")]
    [InlineData("""{"data":"text"}""")]
    [InlineData("{}")]
    [InlineData("{")]
    [InlineData("")]
    public void Unusual_IsLeftToTheGeneralPass(string json) => Assert.False(EnvelopeScanner.TryRead(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void Depth_IsLimitedAlike()
    {
        foreach (var depth in Enumerable.Range(EnvelopeReader.MaxDepth - 3, 6))
        {
            AssertAlike(Encoding.UTF8.GetBytes($$"""{"message_type":"a","data":{{new string('[', depth)}}{{new string(']', depth)}}}"""));
        }
    }

    [Fact]
    public void Anything_IsReadAlike()
    {
        string[] parts = ["{", "}", "[", "]", ",", ":", "\"", "\\", " ", "\"message_type\"", "\"message_id\"", "\"data\"", "\"a\"", "0", "17", "-1", "1.5", "null", "true", "\u0001", "é"];
        Gen.Select(Gen.OneOf("{\"message_type\":\"a\",", "{", "{\"data\":"), Gen.OneOf(parts).Array[0, 12], Gen.OneOf("}", ""))
            .Sample((start, middle, end) => AssertAlike(Encoding.UTF8.GetBytes(start + string.Concat(middle) + end)), iter: 50_000);
    }

    private static void AssertAlike(byte[] utf8)
    {
        if (!EnvelopeScanner.TryRead(utf8, out var scanned))
        {
            return;
        }
        Assert.True(EnvelopeReader.TryReadAny(utf8, out var read, out _, out var problem), $"{Encoding.UTF8.GetString(utf8)}: {problem}");
        Assert.Equal(read.Type.ToArray(), scanned.Type.ToArray());
        Assert.Equal(read.MessageId.ToArray(), scanned.MessageId.ToArray());
        Assert.Equal(read.Data.ToArray(), scanned.Data.ToArray());
    }
}
