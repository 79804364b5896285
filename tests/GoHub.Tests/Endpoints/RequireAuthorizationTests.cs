using System.Net;
using System.Net.WebSockets;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GoHub.Tests.Endpoints;

/// <summary>A hub behind the app's own way to sign in.</summary>
public sealed class RequireAuthorizationTests
{
    [Fact]
    public async Task Connect_WithTheAppsOwnScheme_IsWhoTheAppSays()
    {
        await using var app = await StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-Badge", "anna");
        await socket.ConnectAsync(app.Socket, TestContext.Current.CancellationToken).Soon();
        await App.SendAsync(socket, """{"message_type":"who"}""");

        Assert.Equal("anna badge create:room", (await App.ReceiveAsync(socket)).Data().GetString());
        await App.SendAsync(socket, """{"message_type":"join_room","data":{"room_id":"r"}}""");
        Assert.Equal(2001, (await App.ReceiveAsync(socket)).ErrorCode());
    }

    [Fact]
    public async Task Connect_WithoutIt_IsRefusedWith401()
    {
        await using var app = await StartAsync();
        using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(app.Socket, TestContext.Current.CancellationToken).Soon());
        Assert.Equal(HttpStatusCode.Unauthorized, socket.HttpStatusCode);
        Assert.Equal(0, app.Hub.Local.ConnectionCount);
    }

    private static Task<App> StartAsync() => App.StartAsync(
        builder =>
        {
            builder.Services.AddGoHub();
            builder.Services.AddAuthentication("badge").AddScheme<AuthenticationSchemeOptions, BadgeHandler>("badge", null);
            builder.Services.AddAuthorization();
        },
        app =>
        {
            app.UseAuthentication();
            app.UseAuthorization();
            var hub = app.MapGoHub("/ws");
            hub.MapMessage("who", (GoHubConnection c, ClaimsPrincipal user) => $"{c.UserId} {user.Identity!.AuthenticationType} {string.Join(',', c.Permissions)}");
            hub.RequireAuthorization();
        });

    private sealed class BadgeHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if ((string?)Request.Headers["X-Badge"] is not { } badge)
            {
                return Task.FromResult(AuthenticateResult.NoResult());
            }
            var identity = new ClaimsIdentity([new(ClaimTypes.NameIdentifier, badge), new("permissions", "create:room")], "badge");
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), "badge")));
        }
    }
}
