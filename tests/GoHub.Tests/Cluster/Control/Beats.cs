using GoHub.Cluster;

namespace GoHub.Tests.Cluster.Control;

/// <summary>What tests of the control machines say and hear.</summary>
internal static class Beats
{
    public static Heartbeat Ready { get; } = new("node", "1", NodeStatus.Ready, 0, 0, 0, false, 0, 0, 0);

    public static Heartbeat Leaving { get; } = Ready with { State = NodeStatus.Leaving };

    public static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    public static ControlCore Core(ulong self = 1, Func<string, bool>? hasRoom = null) =>
        new(self, () => Ready, hasRoom ?? (static _ => false), new Random(1));

    /// <summary>A node that is connected and knows some others.</summary>
    public static ControlCore Core(TimeSpan now, params ulong[] peers)
    {
        var core = Core();
        core.BusUp(now);
        foreach (var peer in peers)
        {
            core.Heard(peer, Ready, now);
        }
        return core;
    }

    /// <summary>Lets time pass as the node's clock does.</summary>
    public static List<Effect> Pass(this ControlCore core, double from, double to)
    {
        List<Effect> effects = [];
        for (var at = from; at <= to; at += 0.25)
        {
            effects.AddRange(core.Tick(At(at)));
            core.ProbeEchoed();
        }
        return effects;
    }

    public static T? Only<T>(this IEnumerable<Effect> effects)
        where T : Effect => effects.OfType<T>().SingleOrDefault();

    public static Effect.SendCommand? Command(this IEnumerable<Effect> effects, NodeOperation operation) =>
        effects.OfType<Effect.SendCommand>().SingleOrDefault(c => c.Command.Operation == operation);
}
