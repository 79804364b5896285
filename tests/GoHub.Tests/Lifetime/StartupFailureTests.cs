using System.Net.Sockets;
using GoHub.Lifetime;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace GoHub.Tests.Lifetime;

public sealed class StartupFailureTests
{
    public static TheoryData<Exception, string> Common => new()
    {
        { new OptionsValidationException("GoHub", typeof(GoHubOptions), ["GoHub:Path is empty."]), "GoHub:Path is empty." },
        { new IOException("Failed to bind.", new AddressInUseException("Failed to bind to address http://127.0.0.1:8080: address already in use.")), "--urls http://localhost:8081" },
        { new SocketException((int)SocketError.AccessDenied), "--urls http://localhost:8081" },
        { new FormatException("Invalid url: 'x'"), "Invalid url: 'x'" },
        { new StartupException("Say what."), "Say what." },
        { new InvalidOperationException("Failed to convert configuration value 'x' at 'GoHub:MaxMessageSize' to type 'System.Int32'.", new FormatException("'x' is no number.")), "'x' is no number." },
    };

    [Theory]
    [MemberData(nameof(Common), DisableDiscoveryEnumeration = true)]
    public void Explain_OfACommonMistake_IsOneSentenceWithoutAStackTrace(Exception fault, string expected)
    {
        var sentence = StartupFailure.Explain(fault);

        Assert.Contains(expected, sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_OfAFaultOfOurs_SaysNothing()
    {
        Assert.Null(StartupFailure.Explain(new InvalidOperationException("no idea")));
        Assert.Null(StartupFailure.Explain(new IOException("disk")));
    }

    [Fact]
    public async Task Guard_OfAFaultOfOurs_KeepsItsStackTrace() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => StartupFailure.GuardAsync(() => throw new InvalidOperationException("no idea")));

    [Fact]
    public async Task Guard_OfWhatEndsWell_IsZero() => Assert.Equal(0, await StartupFailure.GuardAsync(() => Task.CompletedTask));
}
