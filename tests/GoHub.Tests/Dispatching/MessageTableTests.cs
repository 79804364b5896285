using System.Text;
using GoHub.Dispatching;

namespace GoHub.Tests.Dispatching;

public sealed class MessageTableTests
{
    [Fact]
    public void Find_OfAnyTypes_GivesEachItsOwnRoute() => Gen.String.HashSet[0, 20].Sample(types =>
    {
        // Two strings with lone surrogates may be the same bytes.
        var routes = types.GroupBy(t => Convert.ToHexString(Encoding.UTF8.GetBytes(t))).ToDictionary(g => g.Last(), _ => Route());
        var table = new MessageTable(routes);

        Assert.All(routes, r => Assert.Same(r.Value, table.Find(Encoding.UTF8.GetBytes(r.Key))));
    }, iter: 500);

    [Theory]
    [InlineData("Ping")]
    [InlineData("pin")]
    [InlineData("pingg")]
    [InlineData("")]
    public void Find_OfWhatIsNotThere_IsNull(string type) =>
        Assert.Null(new MessageTable([KeyValuePair.Create("ping", Route())]).Find(Encoding.UTF8.GetBytes(type)));

    [Fact]
    public void Table_WhenATypeComesTwice_TakesTheLast()
    {
        var (builtIn, own) = (Route(), Route());

        Assert.Same(own, new MessageTable([KeyValuePair.Create("ping", builtIn), KeyValuePair.Create("ping", own)]).Find("ping"u8));
    }

    private static MessageRoute Route()
    {
        var mine = new object();
        return (_, _) => mine is null ? default : ValueTask.CompletedTask;
    }
}
