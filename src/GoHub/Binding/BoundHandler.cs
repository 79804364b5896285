using System.ComponentModel;

namespace GoHub.Binding;

/// <summary>A handler together with the way its parameters are found; what the source generator makes of a delegate.</summary>
/// <param name="resultType">The type of its result, without <c>Task</c> or <c>ValueTask</c>; null if it has none.</param>
/// <param name="bind">Called once, at start: asks for each parameter and returns the call.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class BoundHandler(Type? resultType, Func<ParameterSource, Func<HandlerContext, ValueTask<object?>>> bind)
{
    internal Type? ResultType { get; } = resultType;

    internal Func<HandlerContext, ValueTask<object?>> Bind(ParameterSource parameters) => bind(parameters);
}
