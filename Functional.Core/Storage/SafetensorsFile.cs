using System.Collections.Immutable;
using LanguageExt;
using LanguageExt.Common;
using static LanguageExt.Prelude;

namespace Functional.Core.Storage;

/// <summary>
/// The content of a safetensors file. A value can always be written, and what is written can be read: names are unique,
/// the header stays within the 100 000 000 bytes that the reference implementation reads, and the whole fits one array.
/// Two are equal when all their content is.
/// </summary>
public sealed record SafetensorsFile
{
    private readonly Dictionary<string, StoredTensor> byName;

    private SafetensorsFile(
        ImmutableArray<StoredTensor> tensors,
        ImmutableSortedDictionary<string, string> metadata,
        Dictionary<string, StoredTensor> byName) => (Tensors, Metadata, this.byName) = (tensors, metadata, byName);

    /// <summary>A file without tensors and without metadata.</summary>
    public static SafetensorsFile Empty { get; } = new([], ImmutableSortedDictionary.Create<string, string>(StoredText.Order), []);

    /// <summary>The tensors in the order of the data: type descending (<see cref="StoredDtype"/>), then name by code point.</summary>
    public ImmutableArray<StoredTensor> Tensors { get; }

    /// <summary>Free text by key, stored under <c>__metadata__</c>, ordered by code point.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; }

    /// <summary>Puts tensors and metadata together; the tensors may come in any order.</summary>
    /// <param name="tensors">The tensors, each name once.</param>
    /// <param name="metadata">Free text by key; may be empty.</param>
    /// <returns>The file, or an error for a name given twice, text that is not well-formed, or a file too large.</returns>
    public static Fin<SafetensorsFile> Of(IEnumerable<StoredTensor> tensors, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        Dictionary<string, StoredTensor> byName = new(StringComparer.Ordinal);
        foreach (StoredTensor tensor in tensors)
            if (!byName.TryAdd(tensor.Name, tensor))
                return Error.New($"safetensors: two tensors are named {StoredText.Quote(tensor.Name)}; names must be unique.");

        ImmutableSortedDictionary<string, string>.Builder texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StoredText.Order);
        foreach ((string key, string text) in metadata)
            if (!StoredText.IsWellFormed(key) || !StoredText.IsWellFormed(text) || !texts.TryAdd(key, text))
                return Error.New($"safetensors: metadata {StoredText.Quote(key)} must be well-formed text, and given once.");

        ImmutableArray<StoredTensor> ordered =
            [.. byName.Values.OrderByDescending(tensor => tensor.Dtype).ThenBy(tensor => tensor.Name, StoredText.Order)];
        SafetensorsFile file = new(ordered, texts.ToImmutable(), byName);
        long header = SafetensorsHeader.Write(file).Length;
        long whole = Safetensors.LengthBytes + header + ordered.Sum(tensor => (long)tensor.Data.Length);
        return header > Safetensors.MaxHeader || whole > System.Array.MaxLength
            ? Error.New($"safetensors: a header of {header} and a file of {whole} bytes; at most {Safetensors.MaxHeader} and {System.Array.MaxLength}.")
            : file;
    }

    /// <summary>The tensor of a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The tensor, or none.</returns>
    public Option<StoredTensor> Find(string name) => byName.TryGetValue(name, out StoredTensor? tensor) ? Some(tensor) : None;

    /// <inheritdoc/>
    public bool Equals(SafetensorsFile? other) =>
        other is not null && Tensors.AsSpan().SequenceEqual(other.Tensors.AsSpan()) && Metadata.SequenceEqual(other.Metadata);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        Tensors.Aggregate(Metadata.Count, (hash, tensor) => HashCode.Combine(hash, tensor.GetHashCode()));
}
