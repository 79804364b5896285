using GoHub.Binding;

namespace GoHub.Tests.Binding;

/// <summary>Bound when the app starts.</summary>
public sealed class ReflectedBindingTests : BindingSpecification
{
    [Fact]
    public void Bind_WhenNothingCanFillAParameter_SaysWhatToDo()
    {
        var node = new Node();
        var (hub, _) = node.Map();

        var two = Assert.Throws<InvalidOperationException>(() => hub.MapMessage("x", ReflectionBinder.Bind((Greeting first, Order second) => 1)));
        Assert.Contains("'first' and 'second'", two.Message, StringComparison.Ordinal);
        var binary = Assert.Throws<InvalidOperationException>(() => hub.MapBinary(ReflectionBinder.Bind((Greeting first) => 1)));
        Assert.Contains("ReadOnlyMemory<byte>", binary.Message, StringComparison.Ordinal);
        var happened = Assert.Throws<InvalidOperationException>(() => hub.OnConnected(ReflectionBinder.Bind((Greeting first) => { })));
        Assert.Contains("ConnectedEvent", happened.Message, StringComparison.Ordinal);
    }

    protected override void Map(GoHubEndpointBuilder hub)
    {
        hub.MapMessage("greet", ReflectionBinder.Bind(BoundHandlers.Greet));
        hub.MapMessage("order", ReflectionBinder.Bind(BoundHandlers.Order));
        hub.MapMessage("maybe", ReflectionBinder.Bind(BoundHandlers.Maybe));
        hub.MapMessage("number", ReflectionBinder.Bind(BoundHandlers.Number));
        hub.MapMessage("element", ReflectionBinder.Bind(BoundHandlers.Element));
        hub.MapMessage("everything", ReflectionBinder.Bind(BoundHandlers.Everything));
        hub.MapMessage("nothing", ReflectionBinder.Bind(BoundHandlers.Nothing));
        hub.MapMessage("nothing later", ReflectionBinder.Bind(BoundHandlers.NothingLater));
        hub.MapMessage("nothing much later", ReflectionBinder.Bind(BoundHandlers.NothingMuchLater));
        hub.MapMessage("later", ReflectionBinder.Bind(BoundHandlers.Later));
        hub.MapMessage("null later", ReflectionBinder.Bind(BoundHandlers.NullLater));
        hub.MapMessage("silent", ReflectionBinder.Bind(BoundHandlers.Silent));
        hub.MapMessage("choice", ReflectionBinder.Bind(BoundHandlers.Choice));
        hub.MapBinary(ReflectionBinder.Bind(BoundHandlers.Reverse));
    }
}
