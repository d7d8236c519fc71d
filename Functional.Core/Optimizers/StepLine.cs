using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Functional.Core;

/// <summary>The numbers of a cache line: <see cref="Vector{T}"/> has half of them even where the processor has vectors so long.</summary>
internal readonly struct StepLine<T>(Vector512<T> value) : IStepNumber<StepLine<T>, T> where T : struct, IFloatingPointIeee754<T>
{
    private readonly Vector512<T> _value = value;

    public static int Count => Vector512<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepLine<T> Of(T number) => new(Vector512.Create(number));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepLine<T> Load(ReadOnlySpan<T> numbers, int place) => new(Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(numbers), (nuint)place));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(StepLine<T> value, Span<T> numbers, int place) => value._value.StoreUnsafe(ref MemoryMarshal.GetReference(numbers), (nuint)place);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepLine<T> operator +(StepLine<T> a, StepLine<T> b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepLine<T> operator -(StepLine<T> a, StepLine<T> b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepLine<T> operator *(StepLine<T> a, StepLine<T> b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepLine<T> operator /(StepLine<T> a, StepLine<T> b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepLine<T> operator +(StepLine<T> a, T b) => new(a._value + Vector512.Create(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepLine<T> operator *(T a, StepLine<T> b) => new(a * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepLine<T> operator /(StepLine<T> a, T b) => new(a._value / Vector512.Create(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepLine<T> Sqrt(StepLine<T> value) => new(Vector512.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepLine<T> Sign(StepLine<T> value) => new(Vector512.ConditionalSelect(
        Vector512.GreaterThan(value._value, Vector512<T>.Zero), Vector512<T>.One,
        Vector512.ConditionalSelect(Vector512.LessThan(value._value, Vector512<T>.Zero), -Vector512<T>.One, Vector512<T>.Zero)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepLine<T> AtLeastZero(StepLine<T> value) => new(Vector512.Max(value._value, Vector512<T>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepLine<T> OrZero(StepLine<T> number, StepLine<T> least, StepLine<T> result) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(number._value), least._value), Vector512<T>.Zero, result._value));
}
