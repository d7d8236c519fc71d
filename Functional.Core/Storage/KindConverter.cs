using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Functional.Core.Storage;

/// <summary>An abstract record as its registered word and its settings: <c>{"kind": "dense", "units": 128, …}</c>.</summary>
internal sealed class KindConverter<TBase>(LayerRegistry registry) : JsonConverter<TBase> where TBase : class
{
    private static bool IsLayer => typeof(Layer).IsAssignableFrom(typeof(TBase));

    private static string Family => IsLayer ? "layer" : "initialiser";

    private static string Article => IsLayer ? "a" : "an";

    private static string Method => IsLayer ? "With" : "WithInitializer";

    public override TBase Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject
            || JsonSerializer.Deserialize<JsonObject>(ref reader, options) is not { } settings
            || settings["kind"] is not JsonValue value || !value.TryGetValue(out string? kind))
            throw new FaultException(new Fault($"no {Family}", $"an object with the {Family}'s \"kind\""));
        var type = registry.TypeOf(kind, typeof(TBase)) ?? throw new FaultException(new Fault(
            $"{Article} {Family} of kind \"{Short(kind)}\"", $"one of {string.Join(", ", registry.NamesOf(typeof(TBase)))}",
            $"for {Article} {Family} of your own pass LayerRegistry.Default.{Method}<YourRecord>(\"{Short(kind)}\") to Load"));
        settings.Remove("kind");
        try
        {
            return (TBase)settings.Deserialize(type, options)!;
        }
        catch (JsonException error) when (error is not FaultException)
        {
            throw new JsonException($"{kind}: {error.Message}", error);
        }
    }

    public override void Write(Utf8JsonWriter writer, TBase value, JsonSerializerOptions options)
    {
        string kind = registry.NameOf(value.GetType()) ?? throw new FaultException(new Fault(
            $"the {Family} {Written(value.GetType())}, which has no name for files", "a registered one",
            $"pass LayerRegistry.Default.{Method}<{Written(value.GetType())}>(\"…\") to Save and Load"));
        var settings = JsonSerializer.SerializeToNode(value, value.GetType(), options)!.AsObject();
        settings.Insert(0, "kind", kind);
        settings.WriteTo(writer, options);
    }

    // As it is written in C#: ElementwiseLayer<MyFunction>.
    private static string Written(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Written))}>"
        : type.Name;

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";
}

/// <summary>A fault on its way out of the serializer.</summary>
internal sealed class FaultException(LanguageExt.Common.Error error) : JsonException(error.Message)
{
    public LanguageExt.Common.Error Error { get; } = error;
}
