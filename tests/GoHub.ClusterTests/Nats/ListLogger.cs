using System.Collections.Concurrent;
using GoHub.Nats;
using Microsoft.Extensions.Logging;

namespace GoHub.ClusterTests.Nats;

/// <summary>Keeps what the bus logs.</summary>
internal sealed class ListLogger : ILogger<NatsBus>
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Enqueue($"{formatter(state, exception)} {exception}");
}
