namespace GoHub.Client.Tests.Hosting;

/// <summary>Looks into what the client sent.</summary>
internal static class Envelopes
{
    public static string Type(this JsonObject envelope) => envelope["message_type"]!.GetValue<string>();

    public static long Id(this JsonObject envelope) => envelope["message_id"]!.GetValue<long>();

    public static string? RoomId(this JsonObject envelope) => (envelope["data"] as JsonObject)?["room_id"]?.GetValue<string>();

    /// <summary>A token as servers make them, with a signature that proves nothing.</summary>
    public static string Token(DateTimeOffset? expires, string user = "u1")
    {
        var payload = new JsonObject { ["user_id"] = user };
        if (expires is { } at)
        {
            payload["exp"] = at.ToUnixTimeSeconds();
        }
        return $"e30.{Convert.ToBase64String(Encoding.UTF8.GetBytes(payload.ToJsonString())).TrimEnd('=').Replace('+', '-').Replace('/', '_')}.c2ln";
    }
}
