using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;
using LanguageExt;
using LanguageExt.Common;

namespace Functional.Core.Storage;

/// <summary>
/// A named tensor as safetensors stores it: little-endian elements in row-major order. A value always holds exactly the
/// bytes that its type and shape need, so that it can always be written. Two are equal when all their content is.
/// </summary>
public sealed record StoredTensor
{
    private const string MetadataName = "__metadata__";

    private StoredTensor(string name, StoredDtype dtype, ImmutableArray<long> shape, ReadOnlyMemory<byte> data) =>
        (Name, Dtype, Shape, Data) = (name, dtype, shape, data);

    /// <summary>The tensor's name; anything but <c>__metadata__</c>.</summary>
    public string Name { get; }

    /// <summary>The type of an element.</summary>
    public StoredDtype Dtype { get; }

    /// <summary>The sizes, outermost first; empty for a scalar, and a size may be 0.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>The elements, little-endian, row-major, ∏ shape · bits / 8 bytes.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Names a block of bytes. The memory is kept, not copied: whoever owns it must not change it afterwards.</summary>
    /// <param name="name">The name.</param>
    /// <param name="dtype">The type of an element.</param>
    /// <param name="shape">The sizes, outermost first.</param>
    /// <param name="data">The elements, little-endian and row-major.</param>
    /// <returns>The tensor, or an error where the name cannot be stored or the bytes are not those the shape needs.</returns>
    public static Fin<StoredTensor> Of(string name, StoredDtype dtype, ImmutableArray<long> shape, ReadOnlyMemory<byte> data)
    {
        if (name is null or MetadataName || !StoredText.IsWellFormed(name))
            return Error.New($"Tensor {StoredText.Quote(name ?? "null")}: the name must be well-formed text other than {MetadataName}.");

        if (shape.IsDefault || !Enum.IsDefined(dtype))
            return Error.New($"Tensor {StoredText.Quote(name)}: it needs a shape and a defined type, given type {dtype}.");

        return ByteCount(dtype, shape).Match<Fin<StoredTensor>>(
            Succ: needed => needed == data.Length
                ? new StoredTensor(name, dtype, shape, data)
                : Error.New($"Tensor {StoredText.Quote(name)}: {dtype.Code()} of shape {StoredText.List(shape)} needs {needed} bytes, given {data.Length}."),
            Fail: error => Error.New($"Tensor {StoredText.Quote(name)}: {error.Message}"));
    }

    /// <summary>Stores values as they are: float as F32, double as F64, Half as F16. The values are copied.</summary>
    /// <param name="name">The name.</param>
    /// <param name="shape">The sizes, outermost first.</param>
    /// <param name="values">The elements in row-major order, ∏ shape of them.</param>
    /// <returns>The tensor, or an error where the type is none of the three or the count is not that of the shape.</returns>
    public static Fin<StoredTensor> From<T>(string name, ReadOnlySpan<long> shape, ReadOnlySpan<T> values)
        where T : struct, IFloatingPointIeee754<T>
    {
        StoredDtype? dtype = default(T) switch
        {
            float => StoredDtype.F32,
            double => StoredDtype.F64,
            Half => StoredDtype.F16,
            _ => null,
        };
        if (dtype is not { } known)
            return Error.New($"Tensor {StoredText.Quote(name)}: values are stored from float, double and Half, given {typeof(T)}.");

        int size = known.Bits() / 8;
        if (values.Length > Array.MaxLength / size)
            return Error.New($"Tensor {StoredText.Quote(name)}: {values.Length} values of {size} bytes exceed one array.");

        byte[] data = new byte[values.Length * size];
        for (int i = 0; i < values.Length; i++)
            Write(data.AsSpan(i * size), values[i]);

        return Of(name, known, [.. shape], data);
    }

    /// <summary>
    /// The elements as numbers. F16, BF16 and F32 widen exactly (BF16 by its bits: it is the upper half of a binary32);
    /// into a narrower type the value is rounded to the nearest, ties to even. The same type gives the same bits.
    /// </summary>
    /// <returns>∏ shape elements in row-major order, or an error for a type other than F16, BF16, F32 and F64.</returns>
    public Fin<T[]> Values<T>()
        where T : struct, IFloatingPointIeee754<T>
    {
        if (Dtype is not (StoredDtype.F16 or StoredDtype.BF16 or StoredDtype.F32 or StoredDtype.F64))
            return Error.New($"Tensor {StoredText.Quote(Name)}: values are read from F16, BF16, F32 and F64, given {Dtype.Code()}.");

        ReadOnlySpan<byte> data = Data.Span;
        int size = Dtype.Bits() / 8;
        T[] values = new T[data.Length / size];
        for (int i = 0; i < values.Length; i++)
            values[i] = Read<T>(data[(i * size)..], Dtype);

        return values;
    }

    /// <inheritdoc/>
    public bool Equals(StoredTensor? other) =>
        other is not null && Name == other.Name && Dtype == other.Dtype
        && Shape.AsSpan().SequenceEqual(other.Shape.AsSpan()) && Data.Span.SequenceEqual(other.Data.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Dtype, Shape.Length, Data.Length);

    private static Fin<long> ByteCount(StoredDtype dtype, ImmutableArray<long> shape)
    {
        try
        {
            long count = 1;
            foreach (long size in shape)
            {
                if (size < 0)
                    return Error.New($"sizes must not be negative, given {StoredText.List(shape)}.");
                count = checked(count * size);
            }

            long bits = checked(count * dtype.Bits());
            return bits % 8 == 0
                ? bits / 8
                : Error.New($"{dtype.Code()} of shape {StoredText.List(shape)} has {bits} bits, needed whole bytes.");
        }
        catch (OverflowException)
        {
            return Error.New($"{dtype.Code()} of shape {StoredText.List(shape)} has more than 2^63 bits.");
        }
    }

    private static T Read<T>(ReadOnlySpan<byte> at, StoredDtype dtype)
        where T : struct, IFloatingPointIeee754<T> => dtype switch
        {
            StoredDtype.F16 => T.CreateTruncating(BinaryPrimitives.ReadHalfLittleEndian(at)),
            StoredDtype.BF16 => T.CreateTruncating(BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(at) << 16)),
            StoredDtype.F32 => T.CreateTruncating(BinaryPrimitives.ReadSingleLittleEndian(at)),
            _ => T.CreateTruncating(BinaryPrimitives.ReadDoubleLittleEndian(at)),
        };

    private static void Write<T>(Span<byte> at, T value)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (value is float single)
            BinaryPrimitives.WriteSingleLittleEndian(at, single);
        else if (value is double twice)
            BinaryPrimitives.WriteDoubleLittleEndian(at, twice);
        else if (value is Half half)
            BinaryPrimitives.WriteHalfLittleEndian(at, half);
    }
}
