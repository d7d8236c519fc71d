using System.Numerics;
using Functional.Core;
using LanguageExt;
using static Functional.Properties.Tests.PlantedBugs.PlantedBug;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.PlantedBugs;

/// <summary>What goes wrong in the derivative of a function of each element.</summary>
public static class ElementwiseBugs
{
    public static Seq<PlantedBug> All { get; } = Seq(
        Elementwise<SigmoidSign>("sigmoid: wrong sign", GradientLaw.Numerical),
        Elementwise<SigmoidOfInput>("sigmoid: x (1 − x) where y (1 − y) is due", GradientLaw.Numerical),
        Elementwise<SteepSigmoid>("steep sigmoid: the inner factor forgotten", GradientLaw.Numerical),
        Elementwise<TanhNotSquared>("tanh: 1 − y, the square forgotten", GradientLaw.Numerical),
        Elementwise<TanhPlus>("tanh: 1 + y²", GradientLaw.Numerical),
        Elementwise<TanhSlightly>("tanh: 0.1 % off", GradientLaw.Numerical),
        Elementwise<TanhFlat>("tanh: derivative 0 beyond ±6", GradientLaw.Numerical),
        Elementwise<TanhSingle>("tanh: derivative rounded to single precision", AdjointLaw.Adjoint),
        Elementwise<SoftplusOfOutput>("softplus: derivative at the output where the input was needed", GradientLaw.Numerical),
        Elementwise<ReluAlways>("relu: 1 also for negative inputs", GradientLaw.Numerical),
        Elementwise<ReluAtZero>("relu: 2 at exactly 0, outside the subgradients", GradientLaw.Numerical),
        Elementwise<LeakyMismatch>("leaky relu: another slope for negative inputs than forward has", GradientLaw.Numerical),
        Elementwise<EluShift>("elu: y where y + 1 is due, for negative inputs", GradientLaw.Numerical),
        Elementwise<SquareHalf>("square: x where 2 x is due", GradientLaw.Numerical),
        Elementwise<SoftsignOnce>("softsign: the square forgotten", GradientLaw.Numerical),
        Elementwise<SwishHalf>("swish: the product rule's second term forgotten", GradientLaw.Numerical),
        Elementwise<HardTanhOutside>("hard tanh: 1 outside the bounds too", GradientLaw.Numerical),
        Elementwise<AbsSign>("absolute value: 1 for negative inputs too", GradientLaw.Numerical),
        Elementwise<SineFlat>("sine: 0 for large inputs", GradientLaw.Numerical),
        Elementwise<CubeSign>("cube: 3 x |x| where 3 x² is due", GradientLaw.Numerical));
}

public readonly record struct SigmoidSign : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => SpecialFunctions.Sigmoid(x);

    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => y * (y - T.One);
}

public readonly record struct SigmoidOfInput : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => SpecialFunctions.Sigmoid(x);

    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => x * (T.One - x);
}

public readonly record struct SteepSigmoid : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => SpecialFunctions.Sigmoid(x + x);

    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => y * (T.One - y);
}

public readonly record struct TanhNotSquared : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => T.Tanh(x);

    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => T.One - y;
}

public readonly record struct TanhPlus : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => T.Tanh(x);

    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => T.One + y * y;
}

public readonly record struct TanhSlightly : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => T.Tanh(x);

    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => T.CreateChecked(1.001) * (T.One - y * y);
}

public readonly record struct TanhFlat : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => T.Tanh(x);

    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => T.Abs(x) > T.CreateChecked(6) ? T.Zero : T.One - y * y;
}

public readonly record struct TanhSingle : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => T.Tanh(x);

    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => T.CreateChecked(float.CreateTruncating(T.One - y * y));
}

public readonly record struct SoftplusOfOutput : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => SpecialFunctions.Softplus(x);

    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => SpecialFunctions.Sigmoid(y);
}

public readonly record struct ReluAlways : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => T.Max(x, T.Zero);

    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => y >= T.Zero ? T.One : T.Zero;
}

public readonly record struct ReluAtZero : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => x > T.Zero ? x : T.Zero;

    // Two cases that overlap, added up.
    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => (x >= T.Zero ? T.One : T.Zero) + (x == T.Zero ? T.One : T.Zero);
}

public readonly record struct LeakyMismatch : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => x > T.Zero ? x : x * T.CreateChecked(0.01);

    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => x > T.Zero ? T.One : T.CreateChecked(0.1);
}

public readonly record struct EluShift : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => x > T.Zero ? x : T.ExpM1(x);

    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => x > T.Zero ? T.One : y;
}

public readonly record struct SquareHalf : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => x * x;

    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => x;
}

public readonly record struct SoftsignOnce : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => x / (T.One + T.Abs(x));

    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => T.One / (T.One + T.Abs(x));
}

public readonly record struct SwishHalf : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => x * SpecialFunctions.Sigmoid(x);

    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => SpecialFunctions.Sigmoid(x);
}

public readonly record struct HardTanhOutside : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => x > T.One ? T.One : x < -T.One ? -T.One : x;

    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => T.One;
}

public readonly record struct AbsSign : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => T.Abs(x);

    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => T.One;
}

public readonly record struct SineFlat : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => T.Sin(x);

    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => T.Abs(x) > T.CreateChecked(5) ? T.Zero : T.Cos(x);
}

public readonly record struct CubeSign : IElementwise
{
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => x * x * x;

    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => T.CreateChecked(3) * x * T.Abs(x);
}
