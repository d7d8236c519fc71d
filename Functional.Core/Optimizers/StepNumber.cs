using System.Numerics;
using System.Runtime.CompilerServices;

namespace Functional.Core;

/// <summary>
/// What a step's formula is written in: one number, or as many as a vector holds, with the same roundings. So a formula stands once.
/// </summary>
internal interface IStepNumber<TSelf, T> where TSelf : struct, IStepNumber<TSelf, T> where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>How many numbers it is.</summary>
    static abstract int Count { get; }

    static abstract TSelf Of(T number);

    /// <summary>Those at a place, unchecked.</summary>
    static abstract TSelf Load(ReadOnlySpan<T> numbers, int place);

    /// <inheritdoc cref="Load"/>
    static abstract void Store(TSelf value, Span<T> numbers, int place);

    static abstract TSelf operator +(TSelf a, TSelf b);
    static abstract TSelf operator -(TSelf a, TSelf b);
    static abstract TSelf operator *(TSelf a, TSelf b);
    static abstract TSelf operator /(TSelf a, TSelf b);
    static abstract TSelf operator +(TSelf a, T b);
    static abstract TSelf operator *(T a, TSelf b);
    static abstract TSelf operator /(TSelf a, T b);
    static abstract TSelf Sqrt(TSelf value);

    /// <summary>1, −1 or 0.</summary>
    static abstract TSelf Sign(TSelf value);

    /// <summary>0 where it is negative.</summary>
    static abstract TSelf AtLeastZero(TSelf value);

    /// <summary>The result where the number is at least that large in size, else 0; where it is NaN the result too.</summary>
    static abstract TSelf OrZero(TSelf number, TSelf least, TSelf result);
}

/// <summary>One number: the definition.</summary>
internal readonly struct StepNumber<T>(T value) : IStepNumber<StepNumber<T>, T> where T : struct, IFloatingPointIeee754<T>
{
    private readonly T _value = value;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepNumber<T> Of(T number) => new(number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepNumber<T> Load(ReadOnlySpan<T> numbers, int place) => new(numbers[place]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(StepNumber<T> value, Span<T> numbers, int place) => numbers[place] = value._value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepNumber<T> operator +(StepNumber<T> a, StepNumber<T> b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepNumber<T> operator -(StepNumber<T> a, StepNumber<T> b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepNumber<T> operator *(StepNumber<T> a, StepNumber<T> b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepNumber<T> operator /(StepNumber<T> a, StepNumber<T> b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepNumber<T> operator +(StepNumber<T> a, T b) => new(a._value + b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepNumber<T> operator *(T a, StepNumber<T> b) => new(a * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepNumber<T> operator /(StepNumber<T> a, T b) => new(a._value / b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepNumber<T> Sqrt(StepNumber<T> value) => new(T.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepNumber<T> Sign(StepNumber<T> value) => new(value._value > T.Zero ? T.One : value._value < T.Zero ? -T.One : T.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepNumber<T> AtLeastZero(StepNumber<T> value) => new(T.Max(value._value, T.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StepNumber<T> OrZero(StepNumber<T> number, StepNumber<T> least, StepNumber<T> result) => T.Abs(number._value) < least._value ? new(T.Zero) : result;
}
