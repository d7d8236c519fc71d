using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using LanguageExt;
using LanguageExt.Common;

namespace Functional.Core.Storage;

/// <summary>One tensor as the header announces it: <c>Begin</c> and <c>End</c> count from the start of the data, <c>At</c> from that of the file.</summary>
internal readonly record struct HeaderEntry(string Name, StoredDtype Dtype, ImmutableArray<long> Shape, long Begin, long End, long At);

/// <summary>The JSON header of a safetensors file: strict where the specification is, every refusal at its byte.</summary>
internal ref struct SafetensorsHeader
{
    // The header, an entry and an array in it: nothing in the format lies deeper.
    private const int Depth = 3;

    // Far more than any model has; what a file of millions of empty ones would take is many times its size.
    private const int MostTensors = 100_000;

    private readonly List<HeaderEntry> entries = [];
    private readonly System.Collections.Generic.HashSet<string> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);
    private Utf8JsonReader json;
    private Error? failure;

    private SafetensorsHeader(ReadOnlySpan<byte> header) =>
        json = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = Depth });

    private readonly long At => Safetensors.LengthBytes + json.TokenStartIndex;

    public static Fin<(List<HeaderEntry> Entries, Dictionary<string, string> Metadata)> Read(ReadOnlySpan<byte> header)
    {
        if (!Utf8.IsValid(header))
            return Safetensors.Refuse("the header is not UTF-8", Safetensors.LengthBytes + ValidPrefix(header));

        if (header is not [(byte)'{', ..])
            return Safetensors.Refuse("the header must begin with {", Safetensors.LengthBytes);

        SafetensorsHeader reader = new(header);
        try
        {
            _ = reader.Header();
        }
        catch (JsonException error)
        {
            // Its line and column are turned into an offset; the text before them names the fault.
            reader.failure = Safetensors.Refuse(error.Message.Split(" LineNumber:")[0].TrimEnd('.'), Safetensors.LengthBytes + Offset(header, error));
        }

        return reader.failure is { } failed ? failed : (reader.entries, reader.metadata);
    }

    /// <summary>The header, padded with spaces to a multiple of 8 bytes, keys in the order of the reference implementation.</summary>
    public static byte[] Write(SafetensorsFile file)
    {
        ArrayBufferWriter<byte> buffer = new();
        // A quotation mark in a name is a quotation mark: the text goes into no web page.
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (!file.Metadata.IsEmpty)
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string text) in file.Metadata)
                    json.WriteString(key, text);
                json.WriteEndObject();
            }

            long begin = 0;
            foreach (StoredTensor tensor in file.Tensors)
            {
                Entry(json, tensor, begin);
                begin += tensor.Data.Length;
            }

            json.WriteEndObject();
        }

        byte[] padded = new byte[(buffer.WrittenCount + 7) / 8 * 8];
        padded.AsSpan(buffer.WrittenCount).Fill((byte)' ');
        buffer.WrittenSpan.CopyTo(padded);
        return padded;
    }

    private static void Entry(Utf8JsonWriter json, StoredTensor tensor, long begin)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Dtype.Code());
        json.WriteStartArray("shape");
        foreach (long size in tensor.Shape)
            json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(begin + tensor.Data.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static int ValidPrefix(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out int consumed) == OperationStatus.Done)
            at += consumed;
        return at;
    }

    private static long Offset(ReadOnlySpan<byte> header, JsonException error)
    {
        int line = 0;
        for (long i = 0; i < error.LineNumber; i++)
            line += header[line..].IndexOf((byte)'\n') + 1;
        return line + error.BytePositionInLine ?? 0;
    }

    private bool Header()
    {
        _ = json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            long at = At;
            if (!Text(out string name))
                return false;
            if (!names.Add(name))
                return Fail($"the key {StoredText.Quote(name)} stands twice");
            if (entries.Count == MostTensors)
                return Fail($"there are more than {MostTensors:N0} tensors");
            if (!Expect(JsonTokenType.StartObject, $"{StoredText.Quote(name)} must be an object"))
                return false;
            if (!(name == "__metadata__" ? Metadata() : Tensor(name, at)))
                return false;
        }

        // Reads on to the end: what follows the header's object other than white space is an error of the JSON.
        return !json.Read();
    }

    private bool Metadata()
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!Text(out string key))
                return false;
            if (metadata.ContainsKey(key))
                return Fail($"the metadata key {StoredText.Quote(key)} stands twice");
            if (!Expect(JsonTokenType.String, $"metadata {StoredText.Quote(key)} must be a string") || !Text(out string text))
                return false;
            metadata.Add(key, text);
        }

        return true;
    }

    private bool Tensor(string name, long at)
    {
        StoredDtype? dtype = null;
        ImmutableArray<long>? shape = null, offsets = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!Text(out string key))
                return false;
            bool read = key switch
            {
                "dtype" when dtype is null => Dtype(name, out dtype),
                "shape" when shape is null => Sizes(name, key, out shape),
                "data_offsets" when offsets is null => Sizes(name, key, out offsets),
                "dtype" or "shape" or "data_offsets" => Fail($"tensor {StoredText.Quote(name)} has the key {key} twice"),
                _ => Fail($"tensor {StoredText.Quote(name)} has the unknown key {StoredText.Quote(key)}"),
            };
            if (!read)
                return false;
        }

        if (dtype is not { } type || shape is not { } sizes || offsets is not { } range)
            return Fail($"tensor {StoredText.Quote(name)} must have dtype, shape and data_offsets");
        if (range is not [long begin, long end] || begin > end)
            return Fail($"tensor {StoredText.Quote(name)}: data_offsets must be [begin, end] with begin <= end, given {StoredText.List(range)}");

        entries.Add(new HeaderEntry(name, type, sizes, begin, end, at));
        return true;
    }

    private bool Dtype(string name, out StoredDtype? dtype)
    {
        dtype = null;
        if (!Expect(JsonTokenType.String, $"tensor {StoredText.Quote(name)}: dtype must be a string") || !Text(out string code))
            return false;
        if (!StoredDtypes.TryParse(code, out StoredDtype known))
            return Fail($"tensor {StoredText.Quote(name)}: unknown dtype {StoredText.Quote(code)}");
        dtype = known;
        return true;
    }

    private bool Sizes(string name, string key, out ImmutableArray<long>? sizes)
    {
        sizes = null;
        if (!Expect(JsonTokenType.StartArray, $"tensor {StoredText.Quote(name)}: {key} must be an array"))
            return false;

        ImmutableArray<long>.Builder builder = ImmutableArray.CreateBuilder<long>(4);
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetUInt64(out ulong size) || size > long.MaxValue)
                return Fail($"tensor {StoredText.Quote(name)}: {key} must hold integers from 0 to 2^63 - 1");
            builder.Add((long)size);
        }

        sizes = builder.DrainToImmutable();
        return true;
    }

    private bool Expect(JsonTokenType type, string otherwise) => (json.Read() && json.TokenType == type) || Fail(otherwise);

    private bool Text(out string text)
    {
        try
        {
            text = json.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // \ud800 alone is well-formed JSON, but no text.
            text = "";
            return Fail("the string holds half a surrogate pair");
        }
    }

    private bool Fail(string message)
    {
        failure = Safetensors.Refuse(message, At);
        return false;
    }
}
