#region auth
using GoHub;

var builder = WebApplication.CreateBuilder(args);

// Nobody connects without a token. The key is your own, of at least 32 bytes. This sample has it in appsettings.json;
// an app has it in user secrets or the environment (Jwt__Key=...).
builder.Services.AddGoHub(o => o.Auth.AllowAnonymous = false)
    .AddJwt(o =>
    {
        o.SecretKey = builder.Configuration["Jwt:Key"];
        o.Issuer = "your-app-name";
    });

var app = builder.Build();
var hub = app.MapGoHub();
#endregion

// Stands for a user store. A real one keeps hashes, as ASP.NET Core Identity does, and no passwords.
Dictionary<string, User> users = new(StringComparer.Ordinal)
{
    ["ada"] = new("ada", "lovelace", [GoHubPermissions.JoinRoom, GoHubPermissions.SendMessage, "order:write"]),
    ["bob"] = new("bob", "builder", [GoHubPermissions.JoinRoom + ":lobby"]), // this one room, and only to listen
};

#region tokens
// A client signs in here, then connects to /ws?token=... or sends "Authorization: Bearer ...".
app.MapPost("/api/token", (SignIn request, IGoHubTokens tokens) =>
    users.TryGetValue(request.Name ?? "", out var user) && user.Password == request.Password
        ? Results.Ok(TokenFor(user, tokens))
        : Results.Unauthorized());

// Before its token expires, a client asks for a new one and sends it as {"message_type":"auth","data":{"token":"..."}}.
// The connection stays; what the user may do is looked up again.
hub.MapMessage("token", (GoHubConnection client, IGoHubTokens tokens) =>
    users.TryGetValue(client.UserId!, out var user)
        ? TokenFor(user, tokens)
        : GoHubResults.Error(GoHubErrorCode.Unauthorized, "This user is no more."));

static TokenReply TokenFor(User user, IGoHubTokens tokens)
{
    var lifetime = TimeSpan.FromMinutes(15);
    return new(tokens.Create(user.Name, user.Permissions, lifetime), (int)lifetime.TotalSeconds);
}
#endregion

#region permissions
// Built-in messages ask for join:room, send:message and so on; handlers for whatever you name. Without it: error 2001.
hub.MapMessage("order.place", (PlaceOrder order, GoHubConnection client) => new OrderPlaced(order.Item, client.UserId!))
    .RequirePermission("order:write");
#endregion

app.Run();

record User(string Name, string Password, string[] Permissions);
record SignIn(string? Name, string? Password);
record TokenReply(string Token, int ExpiresIn);
record PlaceOrder(string Item);
record OrderPlaced(string Item, string By);
