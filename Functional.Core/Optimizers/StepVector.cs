using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Functional.Core;

/// <summary>The numbers of a vector of .NET's own width.</summary>
internal readonly struct StepVector<T>(Vector<T> value) : IStepNumber<StepVector<T>, T> where T : struct, IFloatingPointIeee754<T>
{
    private readonly Vector<T> _value = value;

    public static int Count => Vector<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepVector<T> Of(T number) => new(new Vector<T>(number));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepVector<T> Load(ReadOnlySpan<T> numbers, int place) => new(Vector.LoadUnsafe(ref MemoryMarshal.GetReference(numbers), (nuint)place));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(StepVector<T> value, Span<T> numbers, int place) => value._value.StoreUnsafe(ref MemoryMarshal.GetReference(numbers), (nuint)place);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepVector<T> operator +(StepVector<T> a, StepVector<T> b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepVector<T> operator -(StepVector<T> a, StepVector<T> b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepVector<T> operator *(StepVector<T> a, StepVector<T> b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepVector<T> operator /(StepVector<T> a, StepVector<T> b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepVector<T> operator +(StepVector<T> a, T b) => new(a._value + new Vector<T>(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepVector<T> operator *(T a, StepVector<T> b) => new(a * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepVector<T> operator /(StepVector<T> a, T b) => new(a._value / new Vector<T>(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepVector<T> Sqrt(StepVector<T> value) => new(Vector.SquareRoot(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepVector<T> Sign(StepVector<T> value) => new(Vector.ConditionalSelect(
        Vector.GreaterThan(value._value, Vector<T>.Zero), Vector<T>.One,
        Vector.ConditionalSelect(Vector.LessThan(value._value, Vector<T>.Zero), -Vector<T>.One, Vector<T>.Zero)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepVector<T> AtLeastZero(StepVector<T> value) => new(Vector.Max(value._value, Vector<T>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepVector<T> OrZero(StepVector<T> number, StepVector<T> least, StepVector<T> result) =>
        new(Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(number._value), least._value), Vector<T>.Zero, result._value));
}
