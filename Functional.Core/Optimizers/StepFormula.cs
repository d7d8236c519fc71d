using System.Numerics;
using Functional.Core.Kernels;

namespace Functional.Core;

/// <summary>
/// What a step does to one parameter, from its gradient and up to three numbers remembered for it; and the same for many parameters at a
/// time, with the same roundings. The form for one number is the definition.
/// </summary>
internal interface IStepFormula<T> where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>How many numbers are remembered.</summary>
    int Remembered { get; }

    /// <summary>w′ from w and g; what is remembered is replaced.</summary>
    T Next(T w, T g, ref T a, ref T b, ref T c);

    /// <inheritdoc cref="Next(T, T, ref T, ref T, ref T)"/>
    Vector<T> Next(Vector<T> w, Vector<T> g, ref Vector<T> a, ref Vector<T> b, ref Vector<T> c);
}

/// <summary>
/// The one loop that runs a formula over all parameters. What would be remembered as a subnormal number (in size below 1.2·10⁻³⁸ at float)
/// is remembered as 0: the mean of a gradient that has become 0 would else halve until it is subnormal and stay so, since 0.9 of the least number rounds to
/// itself, and many processors take a hundred times as long for such numbers. No weight moves by as much as a rounding for it.
/// </summary>
internal static class StepFormula
{
    public static void Run<T, TFormula>(TFormula formula, in OptimizerStep<T> step)
        where T : struct, IFloatingPointIeee754<T> where TFormula : struct, IStepFormula<T>
    {
        int slots = formula.Remembered;
        ReadOnlySpan<T> w = step.Weights, g = step.Gradients;
        var newW = step.NewWeights;
        ReadOnlySpan<T> a = slots > 0 ? step.Slot(0) : default, b = slots > 1 ? step.Slot(1) : default, c = slots > 2 ? step.Slot(2) : default;
        Span<T> newA = slots > 0 ? step.NewSlot(0) : default, newB = slots > 1 ? step.NewSlot(1) : default, newC = slots > 2 ? step.NewSlot(2) : default;
        int i = 0;
        // All spans are as long as w, which the step sees to; so no place needs a check.
        if (Vector.IsHardwareAccelerated && Vector<T>.IsSupported)
            for (; i <= w.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                var first = slots > 0 ? SpanLanes.Load(a, i) : default;
                var second = slots > 1 ? SpanLanes.Load(b, i) : default;
                var third = slots > 2 ? SpanLanes.Load(c, i) : default;
                SpanLanes.Store(formula.Next(SpanLanes.Load(w, i), SpanLanes.Load(g, i), ref first, ref second, ref third), newW, i);
                if (slots > 0) SpanLanes.Store(Normal(first), newA, i);
                if (slots > 1) SpanLanes.Store(Normal(second), newB, i);
                if (slots > 2) SpanLanes.Store(Normal(third), newC, i);
            }
        for (; i < w.Length; i++)
        {
            T first = slots > 0 ? a[i] : T.Zero, second = slots > 1 ? b[i] : T.Zero, third = slots > 2 ? c[i] : T.Zero;
            newW[i] = formula.Next(w[i], g[i], ref first, ref second, ref third);
            if (slots > 0) newA[i] = Normal(first);
            if (slots > 1) newB[i] = Normal(second);
            if (slots > 2) newC[i] = Normal(third);
        }
    }

    // The least normal number; 0 for number types whose processor has no such numbers.
    private static T LeastNormal<T>() where T : struct, IFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? T.CreateChecked(1.17549435E-38f) : typeof(T) == typeof(double) ? T.CreateChecked(2.2250738585072014E-308) : T.Zero;

    private static T Normal<T>(T number) where T : struct, IFloatingPointIeee754<T> => T.Abs(number) < LeastNormal<T>() ? T.Zero : number;

    private static Vector<T> Normal<T>(Vector<T> numbers) where T : struct, IFloatingPointIeee754<T> =>
        Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(numbers), new Vector<T>(LeastNormal<T>())), Vector<T>.Zero, numbers);
}
