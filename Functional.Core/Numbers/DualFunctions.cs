using System.Numerics;

namespace Functional.Core;

/// <summary>Elementary functions of dual numbers, each with its derivative: f(v + t ε) = f(v) + f′(v) t ε.</summary>
public readonly partial struct Dual<T>
{
    private static T Two => T.One + T.One;

    private static T Ln2 => T.Log(Two);

    private static T Ln10 => T.Log(T.CreateChecked(10));

    /// <summary>eˣ; derivative eˣ.</summary>
    public static Dual<T> Exp(Dual<T> x) { T y = T.Exp(x.Value); return x.Chain(y, y); }

    /// <summary>eˣ − 1; derivative eˣ.</summary>
    public static Dual<T> ExpM1(Dual<T> x) => x.Chain(SpecialFunctions.ExpMinusOne(x.Value), T.Exp(x.Value));

    /// <summary>2ˣ; derivative 2ˣ ln 2.</summary>
    public static Dual<T> Exp2(Dual<T> x) { T y = T.Exp2(x.Value); return x.Chain(y, y * Ln2); }

    /// <summary>10ˣ; derivative 10ˣ ln 10.</summary>
    public static Dual<T> Exp10(Dual<T> x) { T y = T.Exp10(x.Value); return x.Chain(y, y * Ln10); }

    /// <summary>ln x; derivative 1 / x.</summary>
    public static Dual<T> Log(Dual<T> x) => x.Chain(T.Log(x.Value), T.One / x.Value);

    /// <summary>The logarithm to a base: ln x / ln b.</summary>
    public static Dual<T> Log(Dual<T> x, Dual<T> newBase) => Log(x) / Log(newBase);

    /// <summary>ln(1 + x); derivative 1 / (1 + x).</summary>
    public static Dual<T> LogP1(Dual<T> x) => x.Chain(SpecialFunctions.LogOnePlus(x.Value), T.One / (T.One + x.Value));

    /// <summary>log₂ x; derivative 1 / (x ln 2).</summary>
    public static Dual<T> Log2(Dual<T> x) => x.Chain(T.Log2(x.Value), T.One / (x.Value * Ln2));

    /// <summary>log₁₀ x; derivative 1 / (x ln 10).</summary>
    public static Dual<T> Log10(Dual<T> x) => x.Chain(T.Log10(x.Value), T.One / (x.Value * Ln10));

    /// <summary>√x; derivative 1 / (2 √x), infinite at 0.</summary>
    public static Dual<T> Sqrt(Dual<T> x) { T y = T.Sqrt(x.Value); return x.Chain(y, T.One / (Two * y)); }

    /// <summary>∛x; derivative 1 / (3 ∛x²).</summary>
    public static Dual<T> Cbrt(Dual<T> x) { T y = T.Cbrt(x.Value); return x.Chain(y, T.One / (T.CreateChecked(3) * y * y)); }

    /// <summary>The n-th root; derivative y / (n x).</summary>
    public static Dual<T> RootN(Dual<T> x, int n) { T y = T.RootN(x.Value, n); return x.Chain(y, y / (T.CreateChecked(n) * x.Value)); }

    /// <summary>√(x² + y²); derivative (x x′ + y y′) / √(x² + y²).</summary>
    public static Dual<T> Hypot(Dual<T> x, Dual<T> y)
    {
        T h = T.Hypot(x.Value, y.Value);
        return new(h, T.IsZero(h) ? T.Zero : Product(x.Tangent, x.Value / h) + Product(y.Tangent, y.Value / h));
    }

    /// <summary>xʸ; derivative y xʸ⁻¹ x′ + xʸ ln x y′, each term only where something moves.</summary>
    public static Dual<T> Pow(Dual<T> x, Dual<T> y)
    {
        T power = T.Pow(x.Value, y.Value);
        T byBase = x.Tangent.Equals(T.Zero) || y.Value.Equals(T.Zero) ? T.Zero : x.Tangent * y.Value * T.Pow(x.Value, y.Value - T.One);
        T byExponent = y.Tangent.Equals(T.Zero) || (T.IsZero(x.Value) && y.Value > T.Zero) ? T.Zero : y.Tangent * power * T.Log(x.Value);
        return new(power, byBase + byExponent);
    }

    /// <summary>sin x; derivative cos x.</summary>
    public static Dual<T> Sin(Dual<T> x) => x.Chain(T.Sin(x.Value), T.Cos(x.Value));

    /// <summary>cos x; derivative −sin x.</summary>
    public static Dual<T> Cos(Dual<T> x) => x.Chain(T.Cos(x.Value), -T.Sin(x.Value));

    /// <summary>sin x and cos x.</summary>
    public static (Dual<T> Sin, Dual<T> Cos) SinCos(Dual<T> x) => (Sin(x), Cos(x));

    /// <summary>tan x; derivative 1 + tan² x.</summary>
    public static Dual<T> Tan(Dual<T> x) { T y = T.Tan(x.Value); return x.Chain(y, T.One + y * y); }

    /// <summary>sin πx; derivative π cos πx.</summary>
    public static Dual<T> SinPi(Dual<T> x) => x.Chain(T.SinPi(x.Value), T.Pi * T.CosPi(x.Value));

    /// <summary>cos πx; derivative −π sin πx.</summary>
    public static Dual<T> CosPi(Dual<T> x) => x.Chain(T.CosPi(x.Value), -T.Pi * T.SinPi(x.Value));

    /// <summary>sin πx and cos πx.</summary>
    public static (Dual<T> SinPi, Dual<T> CosPi) SinCosPi(Dual<T> x) => (SinPi(x), CosPi(x));

    /// <summary>tan πx; derivative π (1 + tan² πx).</summary>
    public static Dual<T> TanPi(Dual<T> x) { T y = T.TanPi(x.Value); return x.Chain(y, T.Pi * (T.One + y * y)); }

    /// <summary>arcsin x; derivative 1 / √(1 − x²).</summary>
    public static Dual<T> Asin(Dual<T> x) => x.Chain(T.Asin(x.Value), T.One / T.Sqrt(T.One - x.Value * x.Value));

    /// <summary>arccos x; derivative −1 / √(1 − x²).</summary>
    public static Dual<T> Acos(Dual<T> x) => x.Chain(T.Acos(x.Value), T.NegativeOne / T.Sqrt(T.One - x.Value * x.Value));

    /// <summary>arctan x; derivative 1 / (1 + x²).</summary>
    public static Dual<T> Atan(Dual<T> x) => x.Chain(T.Atan(x.Value), T.One / (T.One + x.Value * x.Value));

    /// <summary>arcsin x / π.</summary>
    public static Dual<T> AsinPi(Dual<T> x) => Asin(x) / Pi;

    /// <summary>arccos x / π.</summary>
    public static Dual<T> AcosPi(Dual<T> x) => Acos(x) / Pi;

    /// <summary>arctan x / π.</summary>
    public static Dual<T> AtanPi(Dual<T> x) => Atan(x) / Pi;

    /// <summary>The angle of the point (x, y); derivative (x y′ − y x′) / (x² + y²).</summary>
    public static Dual<T> Atan2(Dual<T> y, Dual<T> x)
    {
        T radius = T.Hypot(x.Value, y.Value);
        return new(T.Atan2(y.Value, x.Value), Product(y.Tangent, x.Value / radius / radius) - Product(x.Tangent, y.Value / radius / radius));
    }

    /// <summary>The angle of the point (x, y), in half turns.</summary>
    public static Dual<T> Atan2Pi(Dual<T> y, Dual<T> x) => Atan2(y, x) / Pi;

    /// <summary>sinh x; derivative cosh x.</summary>
    public static Dual<T> Sinh(Dual<T> x) => x.Chain(T.Sinh(x.Value), T.Cosh(x.Value));

    /// <summary>cosh x; derivative sinh x.</summary>
    public static Dual<T> Cosh(Dual<T> x) => x.Chain(T.Cosh(x.Value), T.Sinh(x.Value));

    /// <summary>tanh x; derivative (1 − tanh x)(1 + tanh x).</summary>
    public static Dual<T> Tanh(Dual<T> x) { T y = T.Tanh(x.Value); return x.Chain(y, (T.One - y) * (T.One + y)); }

    /// <summary>arsinh x; derivative 1 / √(x² + 1).</summary>
    public static Dual<T> Asinh(Dual<T> x) => x.Chain(T.Asinh(x.Value), T.One / T.Sqrt(x.Value * x.Value + T.One));

    /// <summary>arcosh x; derivative 1 / √(x² − 1).</summary>
    public static Dual<T> Acosh(Dual<T> x) => x.Chain(T.Acosh(x.Value), T.One / T.Sqrt(x.Value * x.Value - T.One));

    /// <summary>artanh x; derivative 1 / (1 − x²).</summary>
    public static Dual<T> Atanh(Dual<T> x) => x.Chain(T.Atanh(x.Value), T.One / (T.One - x.Value * x.Value));

    /// <summary>|x|; derivative the sign of x, 0 at 0.</summary>
    public static Dual<T> Abs(Dual<T> x) => T.IsZero(x.Value) ? Zero : T.IsNegative(x.Value) ? -x : x;

    /// <summary>The larger; at a tie the first. NaN if either is.</summary>
    public static Dual<T> Max(Dual<T> x, Dual<T> y) => T.IsNaN(x.Value) || x.Value >= y.Value ? x : y;

    /// <summary>The smaller; at a tie the first. NaN if either is.</summary>
    public static Dual<T> Min(Dual<T> x, Dual<T> y) => T.IsNaN(x.Value) || x.Value <= y.Value ? x : y;

    /// <summary>x y + z, rounded once where T does.</summary>
    public static Dual<T> FusedMultiplyAdd(Dual<T> left, Dual<T> right, Dual<T> addend) => new(
        T.FusedMultiplyAdd(left.Value, right.Value, addend.Value),
        Product(left.Tangent, right.Value) + Product(right.Tangent, left.Value) + addend.Tangent);
}
