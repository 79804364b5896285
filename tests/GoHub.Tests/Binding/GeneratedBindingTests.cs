namespace GoHub.Tests.Binding;

/// <summary>Bound while this project was compiled.</summary>
public sealed class GeneratedBindingTests : BindingSpecification
{
    [Fact]
    public void Generator_HasReplacedCallsOfThisProject() =>
        Assert.Contains(typeof(GeneratedBindingTests).Assembly.GetTypes(), t => t.Namespace == "GoHub.Generated");

    protected override void Map(GoHubEndpointBuilder hub)
    {
        hub.MapMessage("greet", BoundHandlers.Greet);
        hub.MapMessage("order", BoundHandlers.Order);
        hub.MapMessage("maybe", BoundHandlers.Maybe);
        hub.MapMessage("number", BoundHandlers.Number);
        hub.MapMessage("element", BoundHandlers.Element);
        hub.MapMessage("everything", BoundHandlers.Everything);
        hub.MapMessage("nothing", BoundHandlers.Nothing);
        hub.MapMessage("nothing later", BoundHandlers.NothingLater);
        hub.MapMessage("nothing much later", BoundHandlers.NothingMuchLater);
        hub.MapMessage("later", BoundHandlers.Later);
        hub.MapMessage("null later", BoundHandlers.NullLater);
        hub.MapMessage("silent", BoundHandlers.Silent);
        hub.MapMessage("choice", BoundHandlers.Choice);
        hub.MapBinary(BoundHandlers.Reverse);
    }
}
