using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Functional.Core.Kernels;

/// <summary>
/// A vector of floats of some width, with what elementary functions need, so that each function is written once for all widths
/// and reads like the scalar formula. Comparisons give masks; <see cref="Select"/> takes them.
/// </summary>
internal unsafe interface IFloats<TSelf> where TSelf : struct, IFloats<TSelf>
{
    static abstract int Count { get; }
    static abstract TSelf Load(float* from);
    static abstract TSelf Of(float value);
    static abstract TSelf operator +(TSelf a, TSelf b);
    static abstract TSelf operator -(TSelf a, TSelf b);
    static abstract TSelf operator *(TSelf a, TSelf b);
    static abstract TSelf operator /(TSelf a, TSelf b);
    static abstract TSelf operator &(TSelf a, TSelf b);
    static abstract TSelf operator |(TSelf a, TSelf b);
    static abstract TSelf operator <(TSelf a, TSelf b);
    static abstract TSelf operator >(TSelf a, TSelf b);

    /// <summary>a·b + c, rounded once where the machine has a fused multiply-add.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>The value, or the limit where the value is greater; NaN stays NaN.</summary>
    static abstract TSelf AtMost(TSelf value, float limit);

    /// <summary>The value, or the limit where the value is less; NaN stays NaN.</summary>
    static abstract TSelf AtLeast(TSelf value, float limit);

    static abstract TSelf Abs(TSelf value);

    /// <summary>The greater in each lane; where one is NaN, either.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>The greatest of all lanes; a NaN may be passed over.</summary>
    static abstract float Greatest(TSelf value);

    /// <summary>The sum of all lanes.</summary>
    static abstract float Sum(TSelf value);

    /// <summary>The first <paramref name="kept"/> lanes, the others set to a number.</summary>
    static abstract TSelf KeepFirst(TSelf value, int kept, float others);

    static abstract TSelf Select(TSelf mask, TSelf yes, TSelf no);

    /// <summary>The value, but zero where <paramref name="x"/> is less than the limit.</summary>
    static abstract TSelf ZeroBelow(TSelf value, TSelf x, float limit);

    /// <summary>Whether any lane is less than the limit.</summary>
    static abstract bool AnyBelow(TSelf value, float limit);

    /// <summary>Entries of a table of 32, each lane's by the lowest five bits of its number.</summary>
    static abstract TSelf Lookup(ReadOnlySpan<float> table, TSelf number);

    /// <summary>value·2ⁿ for an integer n of at most 250 in size, rounded once: right for denormal results too.</summary>
    static abstract TSelf Scale(TSelf value, TSelf n);

    /// <summary>The e and m with value = m·2ᵉ and √½ ≤ m &lt; √2, for positive normal values.</summary>
    static abstract TSelf Exponent(TSelf value, out TSelf mantissa);

    void Store(float* to);
}

/// <summary>512 bits of floats.</summary>
internal readonly unsafe struct Floats512(Vector512<float> value) : IFloats<Floats512>
{
    private readonly Vector512<float> _value = value;

    public static int Count => Vector512<float>.Count;
    public static Floats512 Load(float* from) => new(Vector512.Load(from));
    public static Floats512 Of(float value) => new(Vector512.Create(value));
    public static Floats512 operator +(Floats512 a, Floats512 b) => new(a._value + b._value);
    public static Floats512 operator -(Floats512 a, Floats512 b) => new(a._value - b._value);
    public static Floats512 operator *(Floats512 a, Floats512 b) => new(a._value * b._value);
    public static Floats512 operator /(Floats512 a, Floats512 b) => new(a._value / b._value);
    public static Floats512 operator &(Floats512 a, Floats512 b) => new(a._value & b._value);
    public static Floats512 operator |(Floats512 a, Floats512 b) => new(a._value | b._value);
    public static Floats512 operator <(Floats512 a, Floats512 b) => new(Vector512.LessThan(a._value, b._value));
    public static Floats512 operator >(Floats512 a, Floats512 b) => new(Vector512.GreaterThan(a._value, b._value));
    public static Floats512 MultiplyAdd(Floats512 a, Floats512 b, Floats512 c) =>
        new(Vector512.MultiplyAddEstimate(a._value, b._value, c._value));

    // x86's minimum and maximum give the second operand where one is NaN; other machines' differ, so that there it is a comparison.
    public static Floats512 AtMost(Floats512 value, float limit) => Avx512F.IsSupported
        ? new(Avx512F.Min(Vector512.Create(limit), value._value))
        : Select(new(Vector512.GreaterThan(value._value, Vector512.Create(limit))), Of(limit), value);

    public static Floats512 AtLeast(Floats512 value, float limit) => Avx512F.IsSupported
        ? new(Avx512F.Max(Vector512.Create(limit), value._value))
        : Select(new(Vector512.LessThan(value._value, Vector512.Create(limit))), Of(limit), value);

    public static Floats512 Max(Floats512 a, Floats512 b) => new(Vector512.MaxNative(a._value, b._value));
    public static float Greatest(Floats512 value) =>
        Floats256.Greatest(new(Vector256.MaxNative(value._value.GetLower(), value._value.GetUpper())));

    public static float Sum(Floats512 value) => Vector512.Sum(value._value);
    public static Floats512 KeepFirst(Floats512 value, int kept, float others) =>
        Select(new(Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(kept)).AsSingle()), value, Of(others));

    public static Floats512 Abs(Floats512 value) => new(Vector512.Abs(value._value));
    public static Floats512 Select(Floats512 mask, Floats512 yes, Floats512 no) =>
        new(Vector512.ConditionalSelect(mask._value, yes._value, no._value));
    public static Floats512 ZeroBelow(Floats512 value, Floats512 x, float limit) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(x._value, Vector512.Create(limit)), Vector512<float>.Zero, value._value));
    public static bool AnyBelow(Floats512 value, float limit) => Vector512.LessThanAny(value._value, Vector512.Create(limit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 Lookup(ReadOnlySpan<float> table, Floats512 number)
    {
        ref float start = ref MemoryMarshal.GetReference(table);
        return Avx512F.IsSupported
            ? new(Avx512F.PermuteVar16x32x2(Vector512.LoadUnsafe(ref start), number._value.AsInt32(), Vector512.LoadUnsafe(ref start, 16)))
            : new(Vector512.Create(
                Floats256.Lookup(table, new(number._value.GetLower()))._value, Floats256.Lookup(table, new(number._value.GetUpper()))._value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 Scale(Floats512 value, Floats512 n)
    {
        if (Avx512F.IsSupported) return new(Avx512F.Scale(value._value, n._value));

        // In two halves, since 2ⁿ alone may be out of range; only the second product can round.
        Vector512<int> whole = Vector512.ConvertToInt32Native(n._value), half = whole >> 1, one = Vector512.Create(127);
        return new(value._value * ((half + one) << 23).AsSingle() * ((whole - half + one) << 23).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 Exponent(Floats512 value, out Floats512 mantissa)
    {
        Vector512<int> bits = value._value.AsInt32();
        Vector512<int> exponent = (bits - Vector512.Create(BitConverter.SingleToInt32Bits(0.70710677f))) >> 23;
        mantissa = new((bits - (exponent << 23)).AsSingle());
        return new(Vector512.ConvertToSingle(exponent));
    }

    public void Store(float* to) => Vector512.Store(_value, to);
}

/// <summary>256 bits of floats.</summary>
internal readonly unsafe struct Floats256(Vector256<float> value) : IFloats<Floats256>
{
    internal readonly Vector256<float> _value = value;

    public static int Count => Vector256<float>.Count;
    public static Floats256 Load(float* from) => new(Vector256.Load(from));
    public static Floats256 Of(float value) => new(Vector256.Create(value));
    public static Floats256 operator +(Floats256 a, Floats256 b) => new(a._value + b._value);
    public static Floats256 operator -(Floats256 a, Floats256 b) => new(a._value - b._value);
    public static Floats256 operator *(Floats256 a, Floats256 b) => new(a._value * b._value);
    public static Floats256 operator /(Floats256 a, Floats256 b) => new(a._value / b._value);
    public static Floats256 operator &(Floats256 a, Floats256 b) => new(a._value & b._value);
    public static Floats256 operator |(Floats256 a, Floats256 b) => new(a._value | b._value);
    public static Floats256 operator <(Floats256 a, Floats256 b) => new(Vector256.LessThan(a._value, b._value));
    public static Floats256 operator >(Floats256 a, Floats256 b) => new(Vector256.GreaterThan(a._value, b._value));
    public static Floats256 MultiplyAdd(Floats256 a, Floats256 b, Floats256 c) =>
        new(Vector256.MultiplyAddEstimate(a._value, b._value, c._value));

    // x86's minimum and maximum give the second operand where one is NaN; other machines' differ, so that there it is a comparison.
    public static Floats256 AtMost(Floats256 value, float limit) => Avx.IsSupported
        ? new(Avx.Min(Vector256.Create(limit), value._value))
        : Select(new(Vector256.GreaterThan(value._value, Vector256.Create(limit))), Of(limit), value);

    public static Floats256 AtLeast(Floats256 value, float limit) => Avx.IsSupported
        ? new(Avx.Max(Vector256.Create(limit), value._value))
        : Select(new(Vector256.LessThan(value._value, Vector256.Create(limit))), Of(limit), value);

    public static Floats256 Max(Floats256 a, Floats256 b) => new(Vector256.MaxNative(a._value, b._value));
    public static float Greatest(Floats256 value) =>
        Floats128.Greatest(new(Vector128.MaxNative(value._value.GetLower(), value._value.GetUpper())));

    public static float Sum(Floats256 value) => Vector256.Sum(value._value);
    public static Floats256 KeepFirst(Floats256 value, int kept, float others) =>
        Select(new(Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(kept)).AsSingle()), value, Of(others));

    public static Floats256 Abs(Floats256 value) => new(Vector256.Abs(value._value));
    public static Floats256 Select(Floats256 mask, Floats256 yes, Floats256 no) =>
        new(Vector256.ConditionalSelect(mask._value, yes._value, no._value));
    public static Floats256 ZeroBelow(Floats256 value, Floats256 x, float limit) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(x._value, Vector256.Create(limit)), Vector256<float>.Zero, value._value));
    public static bool AnyBelow(Floats256 value, float limit) => Vector256.LessThanAny(value._value, Vector256.Create(limit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 Lookup(ReadOnlySpan<float> table, Floats256 number) => Avx2.IsSupported
        ? new(Avx2.GatherVector256((float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(table)), number._value.AsInt32() & Vector256.Create(31), sizeof(float)))
        : new(Vector256.Create(
            Floats128.Lookup(table, new(number._value.GetLower()))._value, Floats128.Lookup(table, new(number._value.GetUpper()))._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 Scale(Floats256 value, Floats256 n)
    {
        // In two halves, since 2ⁿ alone may be out of range; only the second product can round.
        Vector256<int> whole = Vector256.ConvertToInt32Native(n._value), half = whole >> 1, one = Vector256.Create(127);
        return new(value._value * ((half + one) << 23).AsSingle() * ((whole - half + one) << 23).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 Exponent(Floats256 value, out Floats256 mantissa)
    {
        Vector256<int> bits = value._value.AsInt32();
        Vector256<int> exponent = (bits - Vector256.Create(BitConverter.SingleToInt32Bits(0.70710677f))) >> 23;
        mantissa = new((bits - (exponent << 23)).AsSingle());
        return new(Vector256.ConvertToSingle(exponent));
    }

    public void Store(float* to) => Vector256.Store(_value, to);
}

/// <summary>128 bits of floats.</summary>
internal readonly unsafe struct Floats128(Vector128<float> value) : IFloats<Floats128>
{
    internal readonly Vector128<float> _value = value;

    public static int Count => Vector128<float>.Count;
    public static Floats128 Load(float* from) => new(Vector128.Load(from));
    public static Floats128 Of(float value) => new(Vector128.Create(value));
    public static Floats128 operator +(Floats128 a, Floats128 b) => new(a._value + b._value);
    public static Floats128 operator -(Floats128 a, Floats128 b) => new(a._value - b._value);
    public static Floats128 operator *(Floats128 a, Floats128 b) => new(a._value * b._value);
    public static Floats128 operator /(Floats128 a, Floats128 b) => new(a._value / b._value);
    public static Floats128 operator &(Floats128 a, Floats128 b) => new(a._value & b._value);
    public static Floats128 operator |(Floats128 a, Floats128 b) => new(a._value | b._value);
    public static Floats128 operator <(Floats128 a, Floats128 b) => new(Vector128.LessThan(a._value, b._value));
    public static Floats128 operator >(Floats128 a, Floats128 b) => new(Vector128.GreaterThan(a._value, b._value));
    public static Floats128 MultiplyAdd(Floats128 a, Floats128 b, Floats128 c) =>
        new(Vector128.MultiplyAddEstimate(a._value, b._value, c._value));

    // x86's minimum and maximum give the second operand where one is NaN; other machines' differ, so that there it is a comparison.
    public static Floats128 AtMost(Floats128 value, float limit) => Sse.IsSupported
        ? new(Sse.Min(Vector128.Create(limit), value._value))
        : Select(new(Vector128.GreaterThan(value._value, Vector128.Create(limit))), Of(limit), value);

    public static Floats128 AtLeast(Floats128 value, float limit) => Sse.IsSupported
        ? new(Sse.Max(Vector128.Create(limit), value._value))
        : Select(new(Vector128.LessThan(value._value, Vector128.Create(limit))), Of(limit), value);

    public static Floats128 Max(Floats128 a, Floats128 b) => new(Vector128.MaxNative(a._value, b._value));
    public static float Greatest(Floats128 value) =>
        MathF.Max(MathF.Max(value._value[0], value._value[1]), MathF.Max(value._value[2], value._value[3]));

    public static float Sum(Floats128 value) => Vector128.Sum(value._value);
    public static Floats128 KeepFirst(Floats128 value, int kept, float others) =>
        Select(new(Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(kept)).AsSingle()), value, Of(others));

    public static Floats128 Abs(Floats128 value) => new(Vector128.Abs(value._value));
    public static Floats128 Select(Floats128 mask, Floats128 yes, Floats128 no) =>
        new(Vector128.ConditionalSelect(mask._value, yes._value, no._value));
    public static Floats128 ZeroBelow(Floats128 value, Floats128 x, float limit) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(x._value, Vector128.Create(limit)), Vector128<float>.Zero, value._value));
    public static bool AnyBelow(Floats128 value, float limit) => Vector128.LessThanAny(value._value, Vector128.Create(limit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats128 Lookup(ReadOnlySpan<float> table, Floats128 number)
    {
        Vector128<int> at = number._value.AsInt32() & Vector128.Create(31);
        return new(Vector128.Create(table[at[0]], table[at[1]], table[at[2]], table[at[3]]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats128 Scale(Floats128 value, Floats128 n)
    {
        // In two halves, since 2ⁿ alone may be out of range; only the second product can round.
        Vector128<int> whole = Vector128.ConvertToInt32Native(n._value), half = whole >> 1, one = Vector128.Create(127);
        return new(value._value * ((half + one) << 23).AsSingle() * ((whole - half + one) << 23).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats128 Exponent(Floats128 value, out Floats128 mantissa)
    {
        Vector128<int> bits = value._value.AsInt32();
        Vector128<int> exponent = (bits - Vector128.Create(BitConverter.SingleToInt32Bits(0.70710677f))) >> 23;
        mantissa = new((bits - (exponent << 23)).AsSingle());
        return new(Vector128.ConvertToSingle(exponent));
    }

    public void Store(float* to) => Vector128.Store(_value, to);
}
