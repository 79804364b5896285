namespace GoHub.Fuzz;

/// <summary>A parser did what it never may, whatever the bytes.</summary>
public sealed class BrokenInvariantException(string message) : Exception(message);

internal static class Invariant
{
    public static void Holds(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new BrokenInvariantException(otherwise);
        }
    }
}
