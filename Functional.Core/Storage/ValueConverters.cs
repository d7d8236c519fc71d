using System.Text.Json;
using System.Text.Json.Serialization;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core.Storage;

/// <summary>A shape as an array of its sizes: <c>[8, 8]</c>.</summary>
internal sealed class ShapeConverter : JsonConverter<Shape>
{
    // More axes than any network has; code that walks them may keep an index for each on the stack.
    private const int MostAxes = 64;

    public override Shape Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        int[] sizes = JsonSerializer.Deserialize<int[]>(ref reader, options) ?? throw new JsonException("a shape is an array of sizes");
        return sizes.Length <= MostAxes ? Shape.Of(sizes) : throw new JsonException($"a shape of {sizes.Length} axes, at most {MostAxes} are read");
    }

    public override void Write(Utf8JsonWriter writer, Shape value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (int size in value) writer.WriteNumberValue(size);
        writer.WriteEndArray();
    }
}

/// <summary>A vector as an array of its numbers, each in the shortest form that is read as the same.</summary>
internal sealed class NumbersConverter : JsonConverter<Tensor<double>>
{
    public override Tensor<double> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<double[]>(ref reader, options) is { Length: > 0 } numbers
            ? new(numbers, 0, [numbers.Length])
            : throw new JsonException("an array of at least one number is needed");

    public override void Write(Utf8JsonWriter writer, Tensor<double> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (double number in value.Span) writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }
}

/// <summary>A sequence as an array.</summary>
internal sealed class SeqConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Seq<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(SeqConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class SeqConverter<A> : JsonConverter<Seq<A>>
    {
        public override Seq<A> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var values = JsonSerializer.Deserialize<A[]>(ref reader, options) ?? throw new JsonException("an array is needed, given null");
            return System.Array.TrueForAll(values, value => value is not null)
                ? toSeq(values).Strict()
                : throw new JsonException("an array without null is needed");
        }

        public override void Write(Utf8JsonWriter writer, Seq<A> value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var element in value) JsonSerializer.Serialize(writer, element, options);
            writer.WriteEndArray();
        }
    }
}
