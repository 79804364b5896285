// The runtime's contract with generated code, reduced to what a test can look into. Programs under test compile
// against this assembly, so the tests see what they registered without reflection.
using System.Diagnostics.CodeAnalysis;
using GoHub.Binding;

namespace GoHub
{
    /// <summary>What one call registered. Handler is null where the runtime path was taken.</summary>
    public sealed record Registration(string Method, string? Type, BoundHandler? Handler);

    public sealed class GoHubMessageBuilder(Registration registration)
    {
        public Registration Registration { get; } = registration;

        public GoHubMessageBuilder RequirePermission(string permission) => permission is null ? throw new ArgumentNullException(nameof(permission)) : this;
    }

    public sealed class GoHubEndpointBuilder
    {
        private const string ByReflection = "Binds by reflection.";

        public List<Registration> Registrations { get; } = [];

        [RequiresUnreferencedCode(ByReflection), RequiresDynamicCode(ByReflection)]
        public GoHubMessageBuilder MapMessage(string type, Delegate handler) => new(Add(nameof(MapMessage), type, null));

        public GoHubMessageBuilder MapMessage(string type, BoundHandler handler) => new(Add(nameof(MapMessage), type, handler));

        [RequiresUnreferencedCode(ByReflection), RequiresDynamicCode(ByReflection)]
        public GoHubMessageBuilder MapBinary(Delegate handler) => new(Add(nameof(MapBinary), null, null));

        public GoHubMessageBuilder MapBinary(BoundHandler handler) => new(Add(nameof(MapBinary), null, handler));

        [RequiresUnreferencedCode(ByReflection), RequiresDynamicCode(ByReflection)]
        public GoHubEndpointBuilder OnConnected(Delegate handler) => Listen(nameof(OnConnected), null);

        public GoHubEndpointBuilder OnConnected(BoundHandler handler) => Listen(nameof(OnConnected), handler);

        /// <summary>Has no twin that takes a BoundHandler, so it is not the generator's business.</summary>
        public GoHubEndpointBuilder OnNothing(Delegate handler) => Listen(nameof(OnNothing), null);

        private GoHubEndpointBuilder Listen(string method, BoundHandler? handler)
        {
            Add(method, null, handler);
            return this;
        }

        private Registration Add(string method, string? type, BoundHandler? handler)
        {
            var registration = new Registration(method, type, handler);
            Registrations.Add(registration);
            return registration;
        }
    }

    public static class GoHubResults
    {
        public static object None { get; } = new();
    }
}

namespace GoHub.Binding
{
    /// <summary>Carries the arguments of one invocation, in the order the handler asked for them.</summary>
    public class HandlerContext(params object?[] arguments)
    {
        public object?[] Arguments { get; } = arguments;

        public ValueTask<object?> Result<T>(T value) => Arguments is null ? default : new(value);
    }

    public sealed class ParameterSource
    {
        public List<(Type Type, string Name)> Asked { get; } = [];

        public Func<HandlerContext, T> Get<T>(string name)
        {
            var position = Asked.Count;
            Asked.Add((typeof(T), name));
            return context => (T)context.Arguments[position]!;
        }
    }

    public sealed class BoundHandler(Type? resultType, Func<ParameterSource, Func<HandlerContext, ValueTask<object?>>> bind)
    {
        public Type? ResultType { get; } = resultType;

        public Func<ParameterSource, Func<HandlerContext, ValueTask<object?>>> Bind { get; } = bind;
    }
}
