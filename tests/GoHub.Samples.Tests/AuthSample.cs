using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using GoHub.Samples.Tests.Hosting;

namespace GoHub.Samples.Tests;

public sealed class AuthSample
{
    private const int Forbidden = 2001;

    [Theory]
    [InlineData("")]
    [InlineData("?token=not-a-token")]
    public async Task Nobody_connects_without_a_good_token(string query)
    {
        await using var sample = await Sample.StartAsync("Auth");
        var refusal = await Assert.ThrowsAsync<WebSocketException>(() => sample.ConnectAsync(query));
        Assert.Contains("401", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ada", "wrong")]
    [InlineData("nobody", "lovelace")]
    [InlineData("ada", null)]
    [InlineData(null, null)]
    public async Task No_token_for_a_wrong_password(string? name, string? password)
    {
        await using var sample = await Sample.StartAsync("Auth");
        using var response = await SignInAsync(sample, name, password);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Who_may_place_orders_does()
    {
        await using var sample = await Sample.StartAsync("Auth");
        await using var ada = await sample.ConnectAsync($"?token={await TokenAsync(sample, "ada", "lovelace")}");

        var placed = await ada.AskAsync("order.place", new { item = "tea" }, "order.place_reply");
        Assert.Equal("ada", placed.GetProperty("by").GetString());
    }

    [Fact]
    public async Task Who_may_not_is_told_so()
    {
        await using var sample = await Sample.StartAsync("Auth");
        var token = await TokenAsync(sample, "bob", "builder");
        await using var bob = await sample.ConnectAsync("", ("Authorization", $"Bearer {token}"));

        Assert.Equal(Forbidden, await bob.ErrorOfAsync("order.place", new { item = "tea" }));
        Assert.Equal(Forbidden, await bob.ErrorOfAsync("join_room", new { room_id = "elsewhere" }));
        Assert.Equal(Forbidden, await bob.ErrorOfAsync("room_message", new { room_id = "lobby", content = "psst" }));
        // Let in, only there is no such room yet.
        Assert.Equal(3000, await bob.ErrorOfAsync("join_room", new { room_id = "lobby" }));
    }

    [Fact]
    public async Task A_token_is_renewed_on_the_open_connection()
    {
        await using var sample = await Sample.StartAsync("Auth");
        await using var ada = await sample.ConnectAsync($"?token={await TokenAsync(sample, "ada", "lovelace")}");

        var renewed = await ada.AskAsync("token", null, "token_reply");
        var accepted = await ada.AskAsync("auth", new { token = renewed.GetProperty("token").GetString() }, "auth_ok");

        Assert.Equal("ada", accepted.GetProperty("user_id").GetString());
        Assert.InRange(accepted.GetProperty("expires_in").GetInt32(), 1, renewed.GetProperty("expiresIn").GetInt32());
        await ada.AskAsync("order.place", new { item = "cake" }, "order.place_reply");
    }

    private static Task<HttpResponseMessage> SignInAsync(Sample sample, string? name, string? password) =>
        sample.Http.PostAsJsonAsync("/api/token", new { name, password }, TestContext.Current.CancellationToken);

    private static async Task<string> TokenAsync(Sample sample, string name, string password)
    {
        using var response = await SignInAsync(sample, name, password);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("token").GetString()!;
    }
}
