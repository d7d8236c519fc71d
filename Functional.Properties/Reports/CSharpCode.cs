using System.Collections;
using System.Globalization;
using System.Reflection;
using Functional.Core;
using LanguageExt;

namespace Functional.Properties;

/// <summary>Values as C# that makes them again: layers and other records by their constructors, tensors by their elements.</summary>
internal static class CSharpCode
{
    /// <summary>An expression for a value; where there is none, a comment in its place.</summary>
    public static string Of(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        string text => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
        double number => Number(number),
        float number => Number(number) + "f",
        Key key => string.Create(CultureInfo.InvariantCulture, $"new Key({key.Seed})"),
        Shape shape => $"Shape.Of({string.Join(", ", shape)})",
        Enum name => $"{name.GetType().Name}.{name}",
        IFormattable number when value.GetType().IsPrimitive => number.ToString(null, CultureInfo.InvariantCulture),
        Network network => $"/* {network.Nodes.Count} layers: */ {Name(network.GetType())}",
        IEnumerable items when IsSeq(value.GetType()) => $"LanguageExt.Prelude.Seq<{Name(value.GetType().GetGenericArguments()[0])}>({string.Join(", ", items.Cast<object?>().Select(Of))})",
        _ => Record(value),
    };

    /// <summary>A list of tensors: <c>[Tensor.From&lt;double&gt;([2, 1], 0.5, 1)]</c>.</summary>
    public static string Of(Tensors<double> tensors) =>
        $"[{string.Join(", ", tensors.Select(tensor => $"Tensor.From<double>({tensor.Shape}, {string.Join(", ", tensor.ToArray().Select(Number))})"))}]";

    private static string Number(double number) =>
        double.IsNaN(number) ? "double.NaN"
        : double.IsInfinity(number) ? number > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity"
        : number == 0 && double.IsNegative(number) ? "-0.0"
        : number.ToString("R", CultureInfo.InvariantCulture);

    // The positional constructor, without the arguments at its end that are as by default; then the name, if it has one of its own.
    private static string Record(object value)
    {
        var type = value.GetType();
        var constructor = type.GetConstructors()
            .Where(candidate => candidate.GetParameters().All(parameter => parameter.ParameterType != type && Property(type, parameter) is not null))
            .MaxBy(candidate => candidate.GetParameters().Length);
        if (constructor is null) return type.IsValueType ? $"new {Name(type)}()" : $"/* {value} */ null";
        var arguments = constructor.GetParameters().Select(parameter => (Parameter: parameter, Value: Property(type, parameter)!.GetValue(value))).ToList();
        while (arguments.Count > 0 && arguments[^1].Parameter.HasDefaultValue && IsDefault(arguments[^1].Parameter, arguments[^1].Value)) arguments.RemoveAt(arguments.Count - 1);
        string name = value is Layer { Name: { } own } ? $" {{ Name = {Of(own)} }}" : "";
        return $"new {Name(type)}({string.Join(", ", arguments.Select(argument => Of(argument.Value)))}){name}";
    }

    private static PropertyInfo? Property(Type type, ParameterInfo parameter) =>
        type.GetProperties().FirstOrDefault(property => string.Equals(property.Name, parameter.Name, StringComparison.OrdinalIgnoreCase) && property.PropertyType == parameter.ParameterType);

    private static bool IsDefault(ParameterInfo parameter, object? value) =>
        Equals(value, parameter.DefaultValue ?? (parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null));

    private static bool IsSeq(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Seq<>);

    /// <summary>A type as C# writes it, without its namespace.</summary>
    public static string Name(Type type)
    {
        string name = type.Name.Split('`')[0];
        if (type.DeclaringType is { } outer && !outer.IsGenericType) name = $"{Name(outer)}.{name}";
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }
}
