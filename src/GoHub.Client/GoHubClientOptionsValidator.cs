using Microsoft.Extensions.Options;

namespace GoHub.Client;

/// <summary>Checks all options when a client is made; each failure is a sentence that names the option and says what to write.</summary>
internal sealed class GoHubClientOptionsValidator : IValidateOptions<GoHubClientOptions>
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, GoHubClientOptions options)
    {
        var problems = Problems(options);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    /// <exception cref="ArgumentException">An option is wrong; the message says which, and what to write.</exception>
    public static void ThrowIfBad(GoHubClientOptions options, string parameter)
    {
        var problems = Problems(options);
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', problems), parameter);
        }
    }

    /// <summary>Whether it can be a bearer token (RFC 6750 §2.1); a line break would be another header.</summary>
    public static bool IsHeaderText(string token) => token.Length > 0 && !token.AsSpan().ContainsAnyExceptInRange('!', '~');

    private static List<string> Problems(GoHubClientOptions options)
    {
        List<string> problems = [];
        // Never the value: it is a secret.
        Check(options.Token is null || options.TokenProvider is null, "Token and TokenProvider are both set. Set one of them.");
        Check(options.Token is null || IsHeaderText(options.Token), "Token is empty, or holds a character that no token has. Set it to a JSON Web Token, or to null for none.");
        Time(options.RefreshBefore, "RefreshBefore", TimeSpan.Zero, Day, "a time from 00:00:00 (never) to 1.00:00:00");
        Time(options.RequestTimeout, "RequestTimeout", TimeSpan.FromMilliseconds(1), Day, "a time from 00:00:00.001 to 1.00:00:00");
        Time(options.ConnectTimeout, "ConnectTimeout", TimeSpan.FromMilliseconds(1), Day, "a time from 00:00:00.001 to 1.00:00:00");
        Time(options.CloseTimeout, "CloseTimeout", TimeSpan.Zero, TimeSpan.FromMinutes(1), "a time from 00:00:00 to 00:01:00");
        Time(options.ReconnectBaseDelay, "ReconnectBaseDelay", TimeSpan.FromMilliseconds(1), options.ReconnectMaxDelay, $"a time from 00:00:00.001 to ReconnectMaxDelay ({options.ReconnectMaxDelay})");
        Time(options.ReconnectMaxDelay, "ReconnectMaxDelay", TimeSpan.FromMilliseconds(1), Day, "a time from 00:00:00.001 to 1.00:00:00");
        Time(options.KeepAliveInterval, "KeepAliveInterval", TimeSpan.Zero, Day, "a time from 00:00:00 (no pings) to 1.00:00:00");
        Time(options.KeepAliveTimeout, "KeepAliveTimeout", TimeSpan.Zero, Day, "a time from 00:00:00 (for ever) to 1.00:00:00");
        Range(Enum.IsDefined(options.WhileOffline), "WhileOffline", options.WhileOffline, "Queue or Refuse");
        Range(options.MaxQueued >= 1, "MaxQueued", options.MaxQueued, "a number from 1 up; to keep nothing, set WhileOffline to Refuse");
        Range(options.MaxQueuedBytes >= 1024, "MaxQueuedBytes", options.MaxQueuedBytes, "a number of bytes from 1024 up");
        Range(options.MaxMessageSize is >= 128 and <= 1 << 30, "MaxMessageSize", options.MaxMessageSize, "a number of bytes from 128 to 1073741824");
        Range(options.MaxBuffered >= 1, "MaxBuffered", options.MaxBuffered, "a number from 1 up");
        Range(options.MaxBufferedBytes >= 1024, "MaxBufferedBytes", options.MaxBufferedBytes, "a number of bytes from 1024 up");
        Check(options.TimeProvider is not null, "TimeProvider is null. Set it to TimeProvider.System, or to the clock of a test.");
        return problems;

        void Time(TimeSpan value, string option, TimeSpan least, TimeSpan most, string write) => Range(value >= least && value <= most, option, value, write);

        void Range(bool good, string option, object value, string write) => Check(good, $"{option} is '{value}'. Set it to {write}.");

        void Check(bool good, string problem)
        {
            if (!good)
            {
                problems.Add(problem);
            }
        }
    }
}
