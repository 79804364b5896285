using System.Security.Claims;
using System.Text;
using System.Text.Json;
using GoHub.Binding;

namespace GoHub.Tests.Binding;

/// <summary>What a client sends to <see cref="BoundHandlers.Greet"/>.</summary>
public sealed record Greeting(string Name, int Times = 1);

/// <summary>With a field that must be there.</summary>
public sealed class Order
{
    public required string Item { get; init; }

    public int Count { get; init; }
}

/// <summary>A registered service.</summary>
public sealed class Clock
{
    public int Hour { get; init; } = 12;
}

/// <summary>A handler for each kind of parameter and result.</summary>
internal static class BoundHandlers
{
    public static string Greet(Greeting greeting) => string.Join(' ', Enumerable.Repeat("Hello " + greeting.Name, greeting.Times));

    public static Order Order(Order order) => order;

    public static int? Maybe(int? number) => number;

    public static int Number(int number) => number + 1;

    public static JsonElement Element(JsonElement data) => data;

    public static string Everything(
        GoHubConnection connection, GoHubMessage message, ClaimsPrincipal user, Clock clock, IServiceProvider services, GoHubMessageContext context, ReadOnlyMemory<byte> raw, Greeting greeting, CancellationToken cancelled)
    {
        Assert.Same(connection, context.Connection);
        Assert.Same(connection.User, user);
        Assert.Equal(connection.Aborted, cancelled);
        Assert.Same(clock, services.GetService(typeof(Clock)));
        return $"{connection.UserId} {message.Type} {Encoding.UTF8.GetString(message.MessageId.Span)} {clock.Hour} {raw.Length} {greeting.Name}";
    }

    public static void Nothing()
    {
    }

    public static Task NothingLater() => Task.CompletedTask;

    public static async ValueTask NothingMuchLater() => await Task.Yield();

    public static async Task<int> Later()
    {
        await Task.Yield();
        return 7;
    }

    public static ValueTask<string?> NullLater() => ValueTask.FromResult<string?>(null);

    public static object Silent() => GoHubResults.Silent;

    public static object Choice(bool good) => good ? "fine" : GoHubResults.Error(GoHubErrorCode.InvalidFormat, "not good", "at all");

    public static byte[] Reverse(ReadOnlyMemory<byte> bytes) => [.. bytes.ToArray().Reverse()];
}
