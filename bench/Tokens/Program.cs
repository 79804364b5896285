// Prints tokens, one a line, each of another user: what authenticated connections of a load bring along.
//   dotnet run --project bench/Tokens -- <secret> <how many>
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

var (secret, count) = (Encoding.UTF8.GetBytes(args[0]), int.Parse(args[1], CultureInfo.InvariantCulture));
var expires = DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeSeconds();
var header = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8);
for (var i = 0; i < count; i++)
{
    var claims = $$"""{"iss":"gohub","sub":"user{{i}}","user_id":"user{{i}}","permissions":["read:message","send:message","create:room","join:room","leave:room"],"exp":{{expires}}}""";
    var text = $"{header}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
    Console.WriteLine($"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(text)))}");
}
