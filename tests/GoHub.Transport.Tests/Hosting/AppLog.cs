using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace GoHub.Transport.Tests.Hosting;

/// <summary>Everything an application logged, down to debug.</summary>
internal sealed class AppLog : ILoggerProvider
{
    private readonly ConcurrentQueue<Entry> _entries = new();
    private readonly ConcurrentQueue<string> _expected = new();

    public IEnumerable<Entry> Entries => _entries;

    /// <summary>Errors that no test announced: something fell that nobody pushed.</summary>
    public IEnumerable<Entry> UnexpectedErrors =>
        _entries.Where(e => e.Level >= LogLevel.Error && !_expected.Any(x => $"{e}".Contains(x, StringComparison.Ordinal)));

    /// <summary>Errors that contain <paramref name="text"/> are what the test wants.</summary>
    public void ExpectError(string text) => _expected.Enqueue(text);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    internal sealed record Entry(LogLevel Level, string Category, string Message, Exception? Exception);

    private sealed class Logger(AppLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                log._entries.Enqueue(new Entry(logLevel, category, formatter(state, exception), exception));
            }
        }
    }
}
