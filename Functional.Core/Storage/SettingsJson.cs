using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Functional.Core.Storage;

/// <summary>How the settings of layers are written: as what their records are made of, and nothing that follows from it.</summary>
internal static class SettingsJson
{
    public static JsonSerializerOptions Options(LayerRegistry registry)
    {
        JsonSerializerOptions options = new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { KeepSettings } },
            Converters =
            {
                new KindConverter<Layer>(registry), new KindConverter<LossLayer>(registry), new KindConverter<Initializer>(registry), new NetworkConverter(),
                new ShapeConverter(), new NumbersConverter(), new SeqConverterFactory(), new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
            },
        };
        options.MakeReadOnly();
        return options;
    }

    private static void KeepSettings(JsonTypeInfo type)
    {
        for (int i = type.Properties.Count - 1; i >= 0; i--)
        {
            var property = type.Properties[i];
            if (property.Set is null && property.AssociatedParameter is null) type.Properties.RemoveAt(i);
            else if (IsBare(property.PropertyType)) property.ShouldSerialize = static (_, _) => false;
        }
    }

    // Such as the function of an activation without settings: its type, which the registry knows, says all.
    private static bool IsBare(Type type) => type is { IsValueType: true, IsPrimitive: false, IsEnum: false }
        && type.GetProperties().Length == 0 && type.GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public).Length == 0;
}
