using System.Buffers.Binary;
using LanguageExt;
using LanguageExt.Common;

namespace Functional.Core.Storage;

/// <summary>
/// The safetensors format (huggingface/safetensors, README, "Format"): 8 bytes N, little-endian; N bytes of a UTF-8 JSON
/// object <c>name → {dtype, shape, data_offsets: [begin, end]}</c> with the optional <c>__metadata__</c>, a map of text to
/// text; then the data, little-endian and row-major, which the tensors cover without holes or overlaps.
/// </summary>
/// <remarks>
/// Every file that breaks a rule is refused with a text that names the fault and its byte. Stricter than the reference:
/// an unknown key of a tensor and <c>"__metadata__": null</c> are refused.
/// </remarks>
public static class Safetensors
{
    internal const int LengthBytes = 8;

    // The limit of the reference implementation (MAX_HEADER_SIZE).
    internal const int MaxHeader = 100_000_000;

    /// <summary>
    /// Reads a file held in memory. The tensors are windows on <paramref name="bytes"/>, which nobody may change afterwards;
    /// beyond them the memory used is proportional to the header.
    /// </summary>
    /// <param name="bytes">The whole file.</param>
    /// <returns>The content, or an error naming the fault and the byte offset where it lies.</returns>
    public static Fin<SafetensorsFile> Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < LengthBytes)
            return Refuse($"a file has at least {LengthBytes} bytes, given {bytes.Length}", bytes.Length);

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span);
        if (length > MaxHeader)
            return Refuse($"this is no safetensors file: a header of {length} bytes is announced, at most {MaxHeader} are read", 0);
        if (length > (ulong)(bytes.Length - LengthBytes))
            return Refuse($"this is no safetensors file, or one that is cut off: a header of {length} bytes is announced, {bytes.Length - LengthBytes} follow", 0);

        int start = LengthBytes + (int)length;
        return SafetensorsHeader.Read(bytes.Span[LengthBytes..start]).Bind(header =>
            Tile(header.Entries, bytes[start..], start).Bind(tensors =>
                SafetensorsFile.Of(tensors, header.Metadata)));
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it lies.</param>
    /// <returns>The content, or an error of the file system or of the format, with the path.</returns>
    public static Fin<SafetensorsFile> ReadFile(string path) =>
        FileAccessError.In(path, FileBytes.Read(path).Bind(bytes => Read(bytes)));

    /// <summary>
    /// Writes a file to memory. The same content gives the same bytes: tensors by type descending and name, the header
    /// padded with spaces so that the data is 8-byte aligned, keys in the order of the reference implementation.
    /// </summary>
    /// <param name="file">The content.</param>
    /// <returns>The bytes.</returns>
    public static byte[] Write(SafetensorsFile file)
    {
        byte[] header = SafetensorsHeader.Write(file);
        byte[] bytes = new byte[LengthBytes + header.Length + file.Tensors.Sum(tensor => tensor.Data.Length)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes, LengthBytes);
        int at = LengthBytes + header.Length;
        foreach (StoredTensor tensor in file.Tensors)
        {
            tensor.Data.CopyTo(bytes.AsMemory(at));
            at += tensor.Data.Length;
        }

        return bytes;
    }

    /// <summary>Writes a file whole or not at all (see <see cref="AtomicFile"/>).</summary>
    /// <param name="path">Where it shall lie.</param>
    /// <param name="file">The content.</param>
    /// <returns>Nothing, or an error of the file system.</returns>
    public static Fin<Unit> WriteFile(string path, SafetensorsFile file) => AtomicFile.Write(path, Write(file));

    internal static Error Refuse(string message, long at) => Error.New($"safetensors: {message}, at byte {at}.");

    /// <summary>Cuts the data along the entries, which must cover it in order, each byte once.</summary>
    private static Fin<List<StoredTensor>> Tile(List<HeaderEntry> entries, ReadOnlyMemory<byte> data, int start)
    {
        entries.Sort((x, y) => (x.Begin, x.End).CompareTo((y.Begin, y.End)));
        List<StoredTensor> tensors = new(entries.Count);
        long covered = 0;
        foreach (HeaderEntry entry in entries)
        {
            string tensor = $"tensor {StoredText.Quote(entry.Name)} of [{entry.Begin}, {entry.End}]";
            if (entry.End > data.Length)
                return Refuse($"{tensor} exceeds the data of {data.Length} bytes", entry.At);
            if (entry.Begin != covered)
                return Refuse($"{tensor} {(entry.Begin < covered ? "overlaps another" : "leaves a hole")}, needed begin {covered}", entry.At);

            Fin<StoredTensor> cut =
                StoredTensor.Of(entry.Name, entry.Dtype, entry.Shape, data[(int)entry.Begin..(int)entry.End]);
            if (cut.Case is Error error)
                return Refuse(error.Message.TrimEnd('.'), entry.At);

            tensors.Add((StoredTensor)cut);
            covered = entry.End;
        }

        return covered == data.Length
            ? tensors
            : Refuse($"{data.Length - covered} bytes follow the last tensor", start + covered);
    }
}
