using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Functional.Core;
using LanguageExt;

namespace Functional.Properties;

/// <summary>Values as C# that makes them again: layers and other records as <see cref="RecordCode"/> says, tensors by their elements.</summary>
internal static class CSharpCode
{
    /// <summary>An expression for a value; where there is none, a comment in its place.</summary>
    public static string Of(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        string text => $"\"{string.Concat(text.Select(Escaped))}\"",
        char letter => $"'{(letter == '\'' ? "\\'" : Escaped(letter))}'",
        double number => Number(number),
        float number => Number(number),
        decimal number => number.ToString(CultureInfo.InvariantCulture) + "m",
        Key key => string.Create(CultureInfo.InvariantCulture, $"new Key({key.Seed})"),
        Shape shape => $"Shape.Of({string.Join(", ", shape)})",
        Enum name => Enum.IsDefined(name.GetType(), name) ? $"{Name(name.GetType())}.{name}" : $"({Name(name.GetType())})({name:D})",
        Tensor<double> tensor => Of(tensor),
        Tensor<float> { IsDefault: false } tensor => From("float", tensor.Shape, tensor.ToArray().Select(Number)),
        Tensors<double> tensors => Of(tensors),
        Padding { IsSame: true } padding when padding == Padding.Same => "Padding.Same",
        Layout layout => $"new Layout({Of(layout.Entries.Map(entry => new Parameter(entry.Name, entry.Shape, entry.Initializer)))})",
        IFormattable number when value.GetType().IsPrimitive => number.ToString(null, CultureInfo.InvariantCulture),
        Network { Name: { } own } network => $"({NetworkCode.Of(network)} with {{ Name = {Of(own)} }})",
        Network network => NetworkCode.Of(network),
        IEnumerable items when Is(value, typeof(Seq<>)) => SeqOf(value.GetType().GetGenericArguments()[0], [.. items.Cast<object?>().Select(Of)]),
        IEnumerable items when IsList(value) => $"[{string.Join(", ", items.Cast<object?>().Select(Of))}]",
        ITuple { Length: > 1 } tuple => $"({string.Join(", ", Enumerable.Range(0, tuple.Length).Select(i => Of(tuple[i])))})",
        _ => RecordCode.Of(value),
    };

    /// <summary>A tensor: <c>Tensor.From&lt;double&gt;([2, 1], 0.5, 1)</c>.</summary>
    public static string Of(Tensor<double> tensor) => tensor.IsDefault ? "default" : From("double", tensor.Shape, tensor.ToArray().Select(Number));

    /// <summary>A list of tensors: <c>[Tensor.From&lt;double&gt;([2, 1], 0.5, 1)]</c>.</summary>
    public static string Of(Tensors<double> tensors) => $"[{string.Join(", ", tensors.Select(Of))}]";

    /// <summary>A type as C# writes it, without its namespace.</summary>
    public static string Name(Type type) => type.IsArray ? $"{Name(type.GetElementType()!)}[]" : Name(type, type.GetGenericArguments());

    // A nested type has the arguments of the types around it before its own.
    private static string Name(Type type, Type[] arguments)
    {
        int around = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        string name = type.Name.Split('`')[0], own = string.Join(", ", arguments.Skip(around).Select(Name));
        if (own.Length > 0) name += $"<{own}>";
        return type.DeclaringType is { } outer ? $"{Name(outer, arguments[..around])}.{name}" : name;
    }

    // LanguageExt's Seq of one item is another function, as it would be mistaken for that of a sequence.
    private static string SeqOf(Type type, string[] items) => $"LanguageExt.Prelude.Seq{(items.Length == 1 ? "1" : "")}<{Name(type)}>({string.Join(", ", items)})";

    // Without elements a shape in brackets would be taken for them.
    private static string From(string type, Shape shape, IEnumerable<string> numbers) =>
        $"Tensor.From<{type}>({(shape.LongSize == 0 ? Of(shape) : string.Join(", ", numbers.Prepend($"{shape}")))})";

    private static string Number(double number) =>
        double.IsNaN(number) ? "double.NaN"
        : double.IsInfinity(number) ? number > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity"
        : number == 0 && double.IsNegative(number) ? "-0.0"
        : number.ToString("R", CultureInfo.InvariantCulture);

    private static string Number(float number) =>
        float.IsNaN(number) ? "float.NaN"
        : float.IsInfinity(number) ? number > 0 ? "float.PositiveInfinity" : "float.NegativeInfinity"
        : number == 0 && float.IsNegative(number) ? "-0.0f"
        : number.ToString("R", CultureInfo.InvariantCulture) + "f";

    private static string Escaped(char letter) => letter switch
    {
        '\\' or '"' => $"\\{letter}",
        '\u2028' or '\u2029' => $"\\u{(int)letter:x4}",
        _ => char.IsControl(letter) || char.IsSurrogate(letter) ? $"\\u{(int)letter:x4}" : letter.ToString(),
    };

    // What a collection expression makes, by whatever type the setting has. An immutable array that is none cannot be asked for its items.
    private static bool IsList(object value)
    {
        var interfaces = value.GetType().GetInterfaces().Where(type => type.IsGenericType).Select(type => type.GetGenericTypeDefinition()).ToArray();
        return interfaces.Contains(typeof(IReadOnlyCollection<>)) && !interfaces.Contains(typeof(IReadOnlyDictionary<,>)) && value is not Layer
            && !(Is(value, typeof(ImmutableArray<>)) && Equals(value, Activator.CreateInstance(value.GetType())));
    }

    private static bool Is(object value, Type generic) => value.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == generic;
}
