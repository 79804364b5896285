namespace GoHub.Security;

/// <summary>The words for a permission that is missing; the same for built-in messages and handlers.</summary>
internal static class Permissions
{
    public static string Missing(string permission) => $"The permission '{permission}' is needed.";
}
