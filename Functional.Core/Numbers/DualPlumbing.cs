using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace Functional.Core;

/// <summary>What <see cref="IFloatingPointIeee754{TSelf}"/> asks for beside arithmetic and functions: constants, questions, conversions, text. All by the value.</summary>
public readonly partial struct Dual<T>
{
    /// <inheritdoc/>
    public static Dual<T> Zero => Constant(T.Zero);
    /// <inheritdoc/>
    public static Dual<T> One => Constant(T.One);
    /// <inheritdoc/>
    public static Dual<T> NegativeOne => Constant(T.NegativeOne);
    /// <inheritdoc/>
    public static Dual<T> E => Constant(T.E);
    /// <inheritdoc/>
    public static Dual<T> Pi => Constant(T.Pi);
    /// <inheritdoc/>
    public static Dual<T> Tau => Constant(T.Tau);
    /// <inheritdoc/>
    public static Dual<T> Epsilon => Constant(T.Epsilon);
    /// <inheritdoc/>
    public static Dual<T> NaN => Constant(T.NaN);
    /// <inheritdoc/>
    public static Dual<T> PositiveInfinity => Constant(T.PositiveInfinity);
    /// <inheritdoc/>
    public static Dual<T> NegativeInfinity => Constant(T.NegativeInfinity);
    /// <inheritdoc/>
    public static Dual<T> NegativeZero => Constant(T.NegativeZero);
    /// <inheritdoc/>
    public static Dual<T> AdditiveIdentity => Zero;
    /// <inheritdoc/>
    public static Dual<T> MultiplicativeIdentity => One;
    /// <inheritdoc/>
    public static int Radix => T.Radix;

    /// <inheritdoc/>
    public static bool IsCanonical(Dual<T> value) => T.IsCanonical(value.Value);
    /// <inheritdoc/>
    public static bool IsComplexNumber(Dual<T> value) => false;
    /// <inheritdoc/>
    public static bool IsEvenInteger(Dual<T> value) => T.IsEvenInteger(value.Value);
    /// <inheritdoc/>
    public static bool IsFinite(Dual<T> value) => T.IsFinite(value.Value);
    /// <inheritdoc/>
    public static bool IsImaginaryNumber(Dual<T> value) => false;
    /// <inheritdoc/>
    public static bool IsInfinity(Dual<T> value) => T.IsInfinity(value.Value);
    /// <inheritdoc/>
    public static bool IsInteger(Dual<T> value) => T.IsInteger(value.Value);
    /// <inheritdoc/>
    public static bool IsNaN(Dual<T> value) => T.IsNaN(value.Value);
    /// <inheritdoc/>
    public static bool IsNegative(Dual<T> value) => T.IsNegative(value.Value);
    /// <inheritdoc/>
    public static bool IsNegativeInfinity(Dual<T> value) => T.IsNegativeInfinity(value.Value);
    /// <inheritdoc/>
    public static bool IsNormal(Dual<T> value) => T.IsNormal(value.Value);
    /// <inheritdoc/>
    public static bool IsOddInteger(Dual<T> value) => T.IsOddInteger(value.Value);
    /// <inheritdoc/>
    public static bool IsPositive(Dual<T> value) => T.IsPositive(value.Value);
    /// <inheritdoc/>
    public static bool IsPositiveInfinity(Dual<T> value) => T.IsPositiveInfinity(value.Value);
    /// <inheritdoc/>
    public static bool IsRealNumber(Dual<T> value) => T.IsRealNumber(value.Value);
    /// <inheritdoc/>
    public static bool IsSubnormal(Dual<T> value) => T.IsSubnormal(value.Value);
    /// <inheritdoc/>
    public static bool IsZero(Dual<T> value) => T.IsZero(value.Value);

    /// <inheritdoc/>
    public static Dual<T> MaxMagnitude(Dual<T> x, Dual<T> y) => T.IsNaN(x.Value) || T.Abs(x.Value) >= T.Abs(y.Value) ? x : y;
    /// <inheritdoc/>
    public static Dual<T> MaxMagnitudeNumber(Dual<T> x, Dual<T> y) => T.IsNaN(x.Value) ? y : T.IsNaN(y.Value) ? x : MaxMagnitude(x, y);
    /// <inheritdoc/>
    public static Dual<T> MinMagnitude(Dual<T> x, Dual<T> y) => T.IsNaN(x.Value) || T.Abs(x.Value) <= T.Abs(y.Value) ? x : y;
    /// <inheritdoc/>
    public static Dual<T> MinMagnitudeNumber(Dual<T> x, Dual<T> y) => T.IsNaN(x.Value) ? y : T.IsNaN(y.Value) ? x : MinMagnitude(x, y);

    // Steps between neighbouring numbers are constant in between, so their derivative is that of the identity or 0.
    /// <inheritdoc/>
    public static Dual<T> BitDecrement(Dual<T> x) => new(T.BitDecrement(x.Value), x.Tangent);
    /// <inheritdoc/>
    public static Dual<T> BitIncrement(Dual<T> x) => new(T.BitIncrement(x.Value), x.Tangent);
    /// <inheritdoc/>
    public static Dual<T> Ieee754Remainder(Dual<T> left, Dual<T> right) =>
        new(T.Ieee754Remainder(left.Value, right.Value), left.Tangent - Product(right.Tangent, T.Round(left.Value / right.Value)));
    /// <inheritdoc/>
    public static int ILogB(Dual<T> x) => T.ILogB(x.Value);
    /// <inheritdoc/>
    public static Dual<T> ScaleB(Dual<T> x, int n) => new(T.ScaleB(x.Value, n), T.ScaleB(x.Tangent, n));
    /// <inheritdoc/>
    public static Dual<T> Round(Dual<T> x, int digits, MidpointRounding mode) => Constant(T.Round(x.Value, digits, mode));

    /// <inheritdoc/>
    public int GetExponentByteCount() => Value.GetExponentByteCount();
    /// <inheritdoc/>
    public int GetExponentShortestBitLength() => Value.GetExponentShortestBitLength();
    /// <inheritdoc/>
    public int GetSignificandBitLength() => Value.GetSignificandBitLength();
    /// <inheritdoc/>
    public int GetSignificandByteCount() => Value.GetSignificandByteCount();
    /// <inheritdoc/>
    public bool TryWriteExponentBigEndian(Span<byte> destination, out int bytesWritten) => Value.TryWriteExponentBigEndian(destination, out bytesWritten);
    /// <inheritdoc/>
    public bool TryWriteExponentLittleEndian(Span<byte> destination, out int bytesWritten) => Value.TryWriteExponentLittleEndian(destination, out bytesWritten);
    /// <inheritdoc/>
    public bool TryWriteSignificandBigEndian(Span<byte> destination, out int bytesWritten) => Value.TryWriteSignificandBigEndian(destination, out bytesWritten);
    /// <inheritdoc/>
    public bool TryWriteSignificandLittleEndian(Span<byte> destination, out int bytesWritten) => Value.TryWriteSignificandLittleEndian(destination, out bytesWritten);

    static bool INumberBase<Dual<T>>.TryConvertFromChecked<TOther>(TOther value, out Dual<T> result) => From(value, T.CreateChecked, out result);
    static bool INumberBase<Dual<T>>.TryConvertFromSaturating<TOther>(TOther value, out Dual<T> result) => From(value, T.CreateSaturating, out result);
    static bool INumberBase<Dual<T>>.TryConvertFromTruncating<TOther>(TOther value, out Dual<T> result) => From(value, T.CreateTruncating, out result);

    static bool INumberBase<Dual<T>>.TryConvertToChecked<TOther>(Dual<T> value, [MaybeNullWhen(false)] out TOther result)
    {
        result = TOther.CreateChecked(value.Value);
        return true;
    }

    static bool INumberBase<Dual<T>>.TryConvertToSaturating<TOther>(Dual<T> value, [MaybeNullWhen(false)] out TOther result)
    {
        result = TOther.CreateSaturating(value.Value);
        return true;
    }

    static bool INumberBase<Dual<T>>.TryConvertToTruncating<TOther>(Dual<T> value, [MaybeNullWhen(false)] out TOther result)
    {
        result = TOther.CreateTruncating(value.Value);
        return true;
    }

    private static bool From<TOther>(TOther value, Func<TOther, T> convert, out Dual<T> result)
    {
        result = Constant(convert(value));
        return true;
    }

    /// <summary>Value and tangent in a format: <c>2.0 + 1.0ε</c>.</summary>
    public string ToString(string? format, IFormatProvider? formatProvider) => $"{Value.ToString(format, formatProvider)} + {Tangent.ToString(format, formatProvider)}ε";

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        string text = ToString(format.ToString(), provider);
        bool fits = text.TryCopyTo(destination);
        charsWritten = fits ? text.Length : 0;
        return fits;
    }

    /// <summary>Reads a constant.</summary>
    public static Dual<T> Parse(string s, IFormatProvider? provider) => Constant(T.Parse(s, provider));
    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static Dual<T> Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Constant(T.Parse(s, provider));
    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static Dual<T> Parse(string s, NumberStyles style, IFormatProvider? provider) => Constant(T.Parse(s, style, provider));
    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static Dual<T> Parse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider) => Constant(T.Parse(s, style, provider));
    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Dual<T> result) => Read(T.TryParse(s, provider, out var value), value, out result);
    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Dual<T> result) => Read(T.TryParse(s, provider, out var value), value, out result);
    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, NumberStyles style, IFormatProvider? provider, out Dual<T> result) => Read(T.TryParse(s, style, provider, out var value), value, out result);
    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static bool TryParse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider, out Dual<T> result) => Read(T.TryParse(s, style, provider, out var value), value, out result);

    private static bool Read(bool success, T value, out Dual<T> result)
    {
        result = Constant(value);
        return success;
    }
}
