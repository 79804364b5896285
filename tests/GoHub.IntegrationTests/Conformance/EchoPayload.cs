namespace GoHub.IntegrationTests.Conformance;

/// <summary>Echo messages of an exact size. The server speaks envelopes, so the size is reached by padding one.</summary>
internal static class EchoPayload
{
    private const string Head = """{"message_type":"echo","data":"[""";
    private const string Tail = "]\"}";

    /// <summary>Below this a payload is no envelope, and the contract answers it with error 1001.</summary>
    public const int Smallest = 36;

    public static byte[] OfSize(int bytes) => bytes < Smallest
        ? Encoding.ASCII.GetBytes(new string('*', bytes))
        : Encoding.ASCII.GetBytes(Head + new string('*', bytes - Head.Length - Tail.Length) + Tail);

    /// <summary>Reads the reply to <see cref="OfSize"/> and checks that all of it came back.</summary>
    public static async Task ExpectReplyAsync(WireClient client, int bytes, TimeSpan? within = null)
    {
        if (bytes < Smallest)
        {
            await client.ExpectErrorAsync(1001);
            return;
        }
        var reply = await client.ExpectAsync("echo_reply", within);
        var text = reply.Data.GetString()!;
        Assert.Equal(bytes - Head.Length - Tail.Length + 2, text.Length);
        Assert.True(text[0] == '[' && text[^1] == ']' && text.AsSpan(1, text.Length - 2).IndexOfAnyExcept('*') < 0, "The echo differs.");
    }
}
