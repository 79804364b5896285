using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Reflection;

namespace GoHub.Binding;

/// <summary>Binds a delegate that the source generator has not: reflection once, at start, and compiled code for each call.</summary>
[RequiresUnreferencedCode("Handlers bound at run time need their types kept. Reference the GoHub source generator, which binds them at build time.")]
[RequiresDynamicCode("Handlers bound at run time are compiled. Reference the GoHub source generator, which binds them at build time.")]
internal static class ReflectionBinder
{
    private static readonly MethodInfo GetParameter = typeof(ParameterSource).GetMethod(nameof(ParameterSource.Get))!;

    public static BoundHandler Bind(Delegate handler)
    {
        var invoke = handler.GetType().GetMethod("Invoke")!;
        var (result, finish) = ResultOf(invoke.ReturnType);
        return new BoundHandler(result, source => Compile(handler, invoke, source, finish));
    }

    private static Func<HandlerContext, ValueTask<object?>> Compile(Delegate handler, MethodInfo invoke, ParameterSource source, MethodInfo finish)
    {
        var context = Expression.Parameter(typeof(HandlerContext), "context");
        // A lambda's own names are on its method; a delegate from elsewhere has at least those of Invoke.
        var names = handler.Method.GetParameters().TakeLast(invoke.GetParameters().Length).Select(p => p.Name).ToArray();
        var arguments = invoke.GetParameters().Select((parameter, index) =>
        {
            var get = Call(() => GetParameter.MakeGenericMethod(parameter.ParameterType).Invoke(source, [names[index] ?? parameter.Name]));
            return (Expression)Expression.Invoke(Expression.Constant(get), context);
        });
        var call = Expression.Invoke(Expression.Constant(handler), arguments);
        Expression body = invoke.ReturnType == typeof(void)
            ? Expression.Block(call, Expression.Call(finish))
            : Expression.Call(finish, finish.GetParameters().Length == 1 ? [call] : [context, call]);
        return Expression.Lambda<Func<HandlerContext, ValueTask<object?>>>(body, context).Compile();
    }

    private static object? Call(Func<object?> reflected)
    {
        try
        {
            return reflected();
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException);
            throw;
        }
    }

    private static (Type? Result, MethodInfo Finish) ResultOf(Type returned)
    {
        if (returned == typeof(void) || returned == typeof(Task) || returned == typeof(ValueTask))
        {
            return (null, Method(returned == typeof(void) ? nameof(Nothing) : returned == typeof(Task) ? nameof(AfterTask) : nameof(AfterValueTask)));
        }
        if (returned.IsGenericType && (returned.GetGenericTypeDefinition() == typeof(Task<>) || returned.GetGenericTypeDefinition() == typeof(ValueTask<>)))
        {
            var result = returned.GetGenericArguments()[0];
            var name = returned.GetGenericTypeDefinition() == typeof(Task<>) ? nameof(TaskResult) : nameof(ValueTaskResult);
            return (result, Method(name).MakeGenericMethod(result));
        }
        return (returned, Method(nameof(Value)).MakeGenericMethod(returned));
    }

    private static MethodInfo Method(string name) =>
        typeof(ReflectionBinder).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;

    private static ValueTask<object?> Nothing() => ValueTask.FromResult<object?>(GoHubResults.None);

    private static ValueTask<object?> Value<T>(HandlerContext context, T value) => context.Result(value);

    private static async ValueTask<object?> AfterTask(Task task)
    {
        await task.ConfigureAwait(false);
        return GoHubResults.None;
    }

    private static async ValueTask<object?> AfterValueTask(ValueTask task)
    {
        await task.ConfigureAwait(false);
        return GoHubResults.None;
    }

    private static ValueTask<object?> TaskResult<T>(HandlerContext context, Task<T> task) =>
        task.IsCompletedSuccessfully ? context.Result(task.Result) : Later(new ValueTask<T>(task));

    private static ValueTask<object?> ValueTaskResult<T>(HandlerContext context, ValueTask<T> task) =>
        task.IsCompletedSuccessfully ? context.Result(task.Result) : Later(task);

    private static async ValueTask<object?> Later<T>(ValueTask<T> task) => await task.ConfigureAwait(false);
}
