using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Functional.Properties;

/// <summary>
/// A record as C#: its constructor, then in braces the settings that the constructor alone would not give, so that equal records come of it, whatever
/// of a layer is written <c>{ get; init; }</c>.
/// </summary>
internal static class RecordCode
{
    /// <summary>An expression for a record; a comment in its place where no constructor says how to make it.</summary>
    public static string Of(object value)
    {
        var type = value.GetType();
        var constructor = type.GetConstructors()
            .Where(candidate => candidate.GetParameters().All(parameter => parameter.ParameterType != type && Property(type, parameter) is not null))
            .MaxBy(candidate => candidate.GetParameters().Length);
        // Of a collection the constructor does not say what is in it.
        if (constructor is null ? !type.IsValueType : value is IDictionary || (value is IEnumerable && constructor.GetParameters().Length == 0)) return $"/* {Comment(value)} */ null";
        var parameters = constructor?.GetParameters() ?? [];
        object?[] arguments = [.. parameters.Select(parameter => Property(type, parameter)!.GetValue(value))];
        object? plain = Made(type, constructor, arguments);
        var settings = Settings(type, parameters).Where(setting => plain is null || IsRequired(setting) || !Equals(setting.GetValue(value), setting.GetValue(plain))).ToArray();
        // What a struct holds beside its constructor's parameters and its settings, nobody can write.
        if (type.IsValueType && plain is not null && !value.Equals(With(plain, settings, value))) return $"/* {Comment(value)} */ default";
        string initializer = settings.Length == 0 ? "" : $" {{ {string.Join(", ", settings.Select(setting => $"{setting.Name} = {CSharpCode.Of(setting.GetValue(value))}"))} }}";
        return $"new {CSharpCode.Name(type)}({string.Join(", ", Needed(parameters, arguments).Select(CSharpCode.Of))}){initializer}";
    }

    // The arguments without those at the end that are as by default.
    private static object?[] Needed(ParameterInfo[] parameters, object?[] arguments)
    {
        int count = arguments.Length;
        while (count > 0 && parameters[count - 1].HasDefaultValue && IsDefault(parameters[count - 1], arguments[count - 1])) count--;
        return arguments[..count];
    }

    // What the constructor alone makes; null where it does not take these values again.
    private static object? Made(Type type, ConstructorInfo? constructor, object?[] arguments)
    {
        try
        {
            return constructor is null ? Activator.CreateInstance(type) : constructor.Invoke(arguments);
        }
        catch (TargetInvocationException)
        {
            return null;
        }
    }

    private static object With(object plain, PropertyInfo[] settings, object value)
    {
        foreach (var setting in settings) setting.SetValue(plain, setting.GetValue(value));
        return plain;
    }

    // Of properties that hide each other the outermost comes first.
    private static IEnumerable<PropertyInfo> Settings(Type type, ParameterInfo[] parameters) => type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
        .Where(property => property.GetIndexParameters().Length == 0 && property.GetMethod is { IsPublic: true } && property.SetMethod is { IsPublic: true })
        .Where(property => !parameters.Any(parameter => Property(type, parameter) == property))
        .DistinctBy(property => property.Name);

    private static bool IsRequired(PropertyInfo property) => property.IsDefined(typeof(RequiredMemberAttribute));

    private static PropertyInfo? Property(Type type, ParameterInfo parameter) =>
        type.GetProperties().FirstOrDefault(property => string.Equals(property.Name, parameter.Name, StringComparison.OrdinalIgnoreCase) && property.PropertyType == parameter.ParameterType);

    private static bool IsDefault(ParameterInfo parameter, object? value) =>
        Equals(value, parameter.DefaultValue ?? (parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null));

    private static string Comment(object value) => string.Join(' ', $"{value}".ReplaceLineEndings(" ").Split("*/"));
}
