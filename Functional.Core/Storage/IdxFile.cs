using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;
using LanguageExt;
using LanguageExt.Common;

namespace Functional.Core.Storage;

/// <summary>The element types of the IDX format, with the third byte of the file as value.</summary>
public enum IdxType
{
    /// <summary>Unsigned 8-bit integer.</summary>
    UnsignedByte = 0x08,

    /// <summary>Signed 8-bit integer.</summary>
    SignedByte = 0x09,

    /// <summary>Signed 16-bit integer.</summary>
    Short = 0x0B,

    /// <summary>Signed 32-bit integer.</summary>
    Int = 0x0C,

    /// <summary>IEEE 754 binary32.</summary>
    Float = 0x0D,

    /// <summary>IEEE 754 binary64.</summary>
    Double = 0x0E,
}

/// <summary>
/// The content of an IDX file. A value holds exactly the bytes that its type and sizes need. Two are equal when all
/// their content is.
/// </summary>
public sealed record IdxFile
{
    private IdxFile(IdxType type, ImmutableArray<int> sizes, ReadOnlyMemory<byte> data) => (Type, Sizes, Data) = (type, sizes, data);

    /// <summary>The type of an element.</summary>
    public IdxType Type { get; }

    /// <summary>The sizes, outermost first: 1 to 255 of them, each at least 0.</summary>
    public ImmutableArray<int> Sizes { get; }

    /// <summary>The elements, big-endian, row-major.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Puts a file together. The memory is kept, not copied: whoever owns it must not change it afterwards.</summary>
    /// <param name="type">The type of an element.</param>
    /// <param name="sizes">The sizes, outermost first, 1 to 255 of them.</param>
    /// <param name="data">The elements, big-endian and row-major.</param>
    /// <returns>The file, or an error where the bytes are not those the sizes need.</returns>
    public static Fin<IdxFile> Of(IdxType type, ImmutableArray<int> sizes, ReadOnlyMemory<byte> data)
    {
        if (sizes.IsDefault || sizes.Length is 0 or > byte.MaxValue || sizes.Any(size => size < 0) || !Enum.IsDefined(type))
            return Error.New($"IDX: 1 to 255 sizes of at least 0 and a defined type are needed, given {(sizes.IsDefault ? "none" : StoredText.List(sizes))} of {type}.");

        return ByteCount(type, sizes).Bind<IdxFile>(needed => needed == data.Length
            ? new IdxFile(type, sizes, data)
            : Error.New($"IDX: {StoredText.List(sizes)} of {type} need {needed} bytes, given {data.Length}."));
    }

    /// <summary>
    /// The elements as numbers: integers convert to floating point rounding to the nearest; floating point converts to
    /// integers towards zero.
    /// </summary>
    /// <returns>∏ sizes elements in row-major order, or an error naming the first element that the type cannot hold.</returns>
    public Fin<T[]> Values<T>()
        where T : struct, INumber<T>
    {
        ReadOnlySpan<byte> data = Data.Span;
        int width = Width(Type);
        T[] values = new T[data.Length / width];
        int i = 0;
        try
        {
            for (; i < values.Length; i++)
                values[i] = Read<T>(data[(i * width)..], Type);
        }
        catch (OverflowException)
        {
            return Error.New($"IDX: element {i} of {Type} does not fit {typeof(T)}.");
        }

        return values;
    }

    /// <inheritdoc/>
    public bool Equals(IdxFile? other) =>
        other is not null && Type == other.Type && Sizes.AsSpan().SequenceEqual(other.Sizes.AsSpan()) && Data.Span.SequenceEqual(other.Data.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Sizes.Length, Data.Length);

    /// <summary>The bytes of data, at most what one array holds with the largest header.</summary>
    internal static Fin<long> ByteCount(IdxType type, ImmutableArray<int> sizes)
    {
        // A size of 0 anywhere makes the product 0, whatever the others are.
        long bytes = sizes.Contains(0) ? 0 : Width(type);
        foreach (int size in sizes)
        {
            bytes *= size;
            if (bytes > Array.MaxLength - 4 - (4 * byte.MaxValue))
                return Error.New($"{StoredText.List(sizes)} of {type} are more bytes than one array can index.");
        }

        return bytes;
    }

    private static int Width(IdxType type) => type switch
    {
        IdxType.UnsignedByte or IdxType.SignedByte => 1,
        IdxType.Short => 2,
        IdxType.Double => 8,
        _ => 4,
    };

    private static T Read<T>(ReadOnlySpan<byte> at, IdxType type)
        where T : struct, INumber<T> => type switch
        {
            IdxType.UnsignedByte => T.CreateChecked(at[0]),
            IdxType.SignedByte => T.CreateChecked((sbyte)at[0]),
            IdxType.Short => T.CreateChecked(BinaryPrimitives.ReadInt16BigEndian(at)),
            IdxType.Int => T.CreateChecked(BinaryPrimitives.ReadInt32BigEndian(at)),
            IdxType.Float => T.CreateChecked(BinaryPrimitives.ReadSingleBigEndian(at)),
            _ => T.CreateChecked(BinaryPrimitives.ReadDoubleBigEndian(at)),
        };
}
