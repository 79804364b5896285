using Microsoft.Extensions.Logging;

namespace GoHub.Client.Diagnostics;

/// <summary>Calls the subscribers of an event, so that one that throws does not hurt the others.</summary>
internal static class EventCalls
{
    /// <summary>For the inbox: the subscribers are those of the moment in which it runs.</summary>
    public static Task RaiseAsync<T>(Func<T?> subscribers, Action<T> call, ILogger logger, string name)
        where T : Delegate
    {
        Raise(subscribers(), call, logger, name);
        return Task.CompletedTask;
    }

    public static void Raise<T>(T? subscribers, Action<T> call, ILogger logger, string name)
        where T : Delegate
    {
        foreach (var subscriber in Delegate.EnumerateInvocationList(subscribers))
        {
            try
            {
                call(subscriber);
            }
            catch (Exception e)
            {
                ClientLog.SubscriberFailed(logger, e, name);
            }
        }
    }
}
