namespace GoHub.Generators;

/// <summary>How a handler gives its result.</summary>
internal enum ResultKind
{
    /// <summary>Returns nothing.</summary>
    Void,

    /// <summary>Returns the result itself.</summary>
    Value,

    /// <summary>Returns a Task without a result.</summary>
    Task,

    /// <summary>Returns a ValueTask without a result.</summary>
    ValueTask,

    /// <summary>Returns a Task of the result.</summary>
    TaskOfValue,

    /// <summary>Returns a ValueTask of the result.</summary>
    ValueTaskOfValue,
}

/// <summary>One parameter of a handler: its type as C# text, and the name that stands in error messages.</summary>
internal sealed record HandlerParameter(string Type, string Name);

/// <summary>All that the binding of a handler depends on.</summary>
/// <param name="DelegateType">The exact type the handler is cast to, as C# text.</param>
/// <param name="Parameters">In the order of the delegate.</param>
/// <param name="ResultKind">How the result comes.</param>
/// <param name="ResultType">Type of the result, fit for typeof; null when there is none.</param>
internal sealed record HandlerShape(
    string DelegateType,
    EquatableArray<HandlerParameter> Parameters,
    ResultKind ResultKind,
    string? ResultType);

/// <summary>The endpoint method called: MapMessage, OnConnected and so on.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ReturnType">Its return type as C# text.</param>
/// <param name="LeadingTypes">Types of the parameters before the handler, as C# text.</param>
internal sealed record EndpointMethod(string Name, string ReturnType, EquatableArray<string> LeadingTypes);

/// <summary>What one interceptor does. Calls of equal binding share one.</summary>
internal sealed record HandlerBinding(EndpointMethod Method, HandlerShape Handler);

/// <summary>A call to be replaced, and what replaces it. Holds text only: symbols and syntax would defeat the cache.</summary>
/// <param name="Binding">What the interceptor does.</param>
/// <param name="LocationVersion">Version of the encoding of <paramref name="LocationData"/>.</param>
/// <param name="LocationData">The compiler's own name for the place of the call.</param>
/// <param name="DisplayLocation">The place for a human reader: file name, line and column.</param>
internal sealed record InterceptedCall(HandlerBinding Binding, int LocationVersion, string LocationData, string DisplayLocation);
