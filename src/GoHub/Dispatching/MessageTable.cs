using System.Text;

namespace GoHub.Dispatching;

/// <summary>Handles one message whose envelope has been read.</summary>
internal delegate ValueTask MessageRoute(GoHubConnection connection, Protocol.Envelope envelope);

/// <summary>The routes of one endpoint, found by the UTF-8 bytes of a message's type.</summary>
/// <remarks>Frozen when the first message comes. Threads: any may read after that.</remarks>
internal sealed class MessageTable
{
    private readonly Dictionary<byte[], MessageRoute> _routes = new(Utf8Comparer.Instance);
    private Dictionary<byte[], MessageRoute>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    public MessageTable(IEnumerable<KeyValuePair<string, MessageRoute>> routes)
    {
        foreach (var (type, route) in routes)
        {
            _routes[Encoding.UTF8.GetBytes(type)] = route;
        }
        _lookup = _routes.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public MessageRoute? Find(ReadOnlySpan<byte> type) => _lookup.TryGetValue(type, out var route) ? route : null;

    private sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static Utf8Comparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            // The types in the table are the app's own, so nobody can choose them to collide; first, middle and last tell most apart.
            return alternate.IsEmpty ? 0 : HashCode.Combine(alternate.Length, alternate[0], alternate[alternate.Length / 2], alternate[^1]);
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
