using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace GoHub.Lifetime;

/// <summary>A mistake in how a program was called; its message is all there is to say.</summary>
internal sealed class StartupException(string message) : Exception(message);

/// <summary>Turns what commonly keeps a server from starting into one sentence and an exit code.</summary>
internal static class StartupFailure
{
    private const int ExitCode = 1;

    public static async Task<int> GuardAsync(Func<Task> run)
    {
        try
        {
            await run().ConfigureAwait(false);
            return 0;
        }
        catch (Exception e) when (Explain(e) is { } sentence)
        {
            await Console.Error.WriteLineAsync(sentence).ConfigureAwait(false);
            Environment.ExitCode = ExitCode;
            return ExitCode;
        }
    }

    /// <returns>Null for what is no common mistake: that keeps its stack trace.</returns>
    internal static string? Explain(Exception fault) => fault switch
    {
        OptionsValidationException options => string.Join(Environment.NewLine, options.Failures),
        IOException { InnerException: AddressInUseException } inUse =>
            $"{inUse.Message.TrimEnd('.')}. Stop what uses the port, or choose another with --urls http://localhost:8081.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } denied => $"The address cannot be listened on: {denied.Message}. Choose another with --urls http://localhost:8081.",
        InvalidOperationException bad when bad.Message.Contains("ErrorOnUnknownConfiguration", StringComparison.Ordinal) => UnknownKey(bad.Message),
        InvalidOperationException bad when bad.Message.Contains("configuration value", StringComparison.Ordinal) => BadValue(bad),
        FileNotFoundException missing => missing.Message,
        StartupException bad => bad.Message,
        FormatException bad => bad.Message,
        _ => null,
    };

    private static string UnknownKey(string message)
    {
        var names = message.LastIndexOf(": ", StringComparison.Ordinal);
        return $"The section GoHub has no setting {message[(names + 2)..].TrimEnd('.')}. Correct the name; docs/configuration.md lists all settings.";
    }

    private static string BadValue(InvalidOperationException bad)
    {
        var text = bad.Message.TrimEnd('.');
        return bad.InnerException is { } inner ? $"{text}: {inner.Message}" : $"{text}.";
    }
}
