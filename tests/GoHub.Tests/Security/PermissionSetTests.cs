using GoHub.Security;

namespace GoHub.Tests.Security;

public sealed class PermissionSetTests
{
    [Theory]
    [InlineData("join:room", "join:room", true)]
    [InlineData("join:room", "leave:room", false)]
    [InlineData("JOIN:ROOM", "join:room", false)]
    [InlineData("join:room:a", "join:room", false)]
    [InlineData("join", "join:room", false)]
    [InlineData("join:roomX", "join:room", false)]
    [InlineData("admin:system", "delete:room", true)]
    [InlineData("admin:system", "an:apps:own", true)]
    [InlineData("admin:room", "create:room", true)]
    [InlineData("admin:room", "delete:room", true)]
    [InlineData("admin:room", "join:room", true)]
    [InlineData("admin:room", "leave:room", true)]
    [InlineData("admin:room", "read:message", true)]
    [InlineData("admin:room", "send:message", false)]
    [InlineData("admin:room", "admin:system", false)]
    public void Has_IsTrueOnlyForWhatIsGrantedForEverything(string grant, string permission, bool has) =>
        Assert.Equal(has, new PermissionSet([grant]).Has(permission));

    [Theory]
    [InlineData("join:room:team-*", "team-1", true)]
    [InlineData("join:room:team-*", "team-", true)]
    [InlineData("join:room:team-*", "TEAM-1", false)]
    [InlineData("join:room:team-*", "xteam-1", false)]
    [InlineData("join:room:a", "a", true)]
    [InlineData("join:room:a", "ab", false)]
    [InlineData("join:room:*", "anything", true)]
    [InlineData("join:room:*-x-*", "1-x-2", true)]
    [InlineData("join:room:", "", false)]
    [InlineData("join:room:a:b", "a:b", true)]
    [InlineData("send:message:a", "a", false)]
    [InlineData("join:room:a?c", "abc", false)]
    [InlineData("join:room:a?c", "a?c", true)]
    [InlineData("join:room:a\\b", "a\\b", true)]
    [InlineData("join:room:a\\b", "ab", false)]
    public void Has_OfANarrowedGrant_KnowsOnlyTheStar(string grant, string room, bool has) =>
        Assert.Equal(has, new PermissionSet([grant]).Has("join:room", room));

    [Theory]
    [InlineData("join:room", true)]
    [InlineData("join:room:x", true)]
    [InlineData("join:room:", false)]
    [InlineData("join:rooms", false)]
    [InlineData("admin:room", true)]
    public void HasAny_IsTrueWhereSomethingIsGranted(string grant, bool has) =>
        Assert.Equal(has, new PermissionSet([grant]).HasAny("join:room"));
}
