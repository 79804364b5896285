using System.Text;
using GoHub.Bench;
using GoHub.Bench.SignalR;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.IdentityModel.Tokens;

var builder = ServerStart.CreateBuilder(args);
var signalR = builder.Services
    .AddSignalR(o =>
    {
        // The generator sends no SignalR pings; a listener that only listens must not be thrown out after 30 s.
        o.ClientTimeoutInterval = TimeSpan.FromMinutes(10);
    })
    .AddJsonProtocol();
if (builder.Configuration["redis"] is { } redis)
{
    signalR.AddStackExchangeRedis(redis);
}

var secret = builder.Configuration["jwt"]; // --jwt=secret: only who brings a token signed with it may connect
if (secret is not null)
{
    builder.Services.AddAuthorization();
    builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(o =>
    {
        o.MapInboundClaims = false;
        o.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = "gohub",
            ValidateAudience = false,
            IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)),
        };
    });
}

var app = builder.Build();
var hub = app.MapHub<LoadHub>("/ws", o =>
{
    o.Transports = HttpTransportType.WebSockets;
    // No pause between socket and hub: the default of 64 KiB would make the reader wait under pipelined load.
    o.ApplicationMaxBufferSize = 1 << 20;
    o.TransportMaxBufferSize = 1 << 20;
});
if (secret is not null)
{
    hub.RequireAuthorization();
}

ServerStart.PrintSettings();
await app.RunAsync();
