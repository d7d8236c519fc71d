using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Functional.Core;

/// <summary>
/// What a step does to one parameter, from its gradient and up to three numbers remembered for it, or to as many at a time as a vector holds.
/// </summary>
internal interface IStepFormula<T> where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>How many numbers are remembered.</summary>
    int Remembered { get; }

    /// <summary>w′ from w, g and g²; what is remembered is replaced.</summary>
    V Next<V>(V w, V g, V square, ref V a, ref V b, ref V c) where V : struct, IStepNumber<V, T>;
}

/// <summary>
/// The one loop that runs a formula over all parameters. It keeps to normal numbers, since many processors take a hundred times as long for subnormal ones:
/// what would be remembered as one (in size below 1.2·10⁻³⁸ at float) is remembered as 0, and so is the square of a gradient whose thousandth part would be one.
/// The mean of a gradient that has become 0 would else shrink until it is subnormal and stay so, since 0.9 of the least number rounds to itself.
/// No weight moves by as much as a rounding for it.
/// </summary>
internal static class StepFormula
{
    /// <summary>Runs a formula over all parameters of a step.</summary>
    public static void Run<T, TFormula>(TFormula formula, in OptimizerStep<T> step)
        where T : struct, IFloatingPointIeee754<T> where TFormula : struct, IStepFormula<T>
    {
        int done = 0;
        if (Vector512.IsHardwareAccelerated && Vector512<T>.IsSupported) done = From<T, TFormula, StepLine<T>>(done, formula, step);
        else if (Vector.IsHardwareAccelerated && Vector<T>.IsSupported) done = From<T, TFormula, StepVector<T>>(done, formula, step);
        From<T, TFormula, StepNumber<T>>(done, formula, step);
    }

    // From a place on as far as there are whole vectors; gives the place where it ended. Compiled in full at once: the first steps of a run would else go through every
    // parameter in code that is not optimised yet.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int From<T, TFormula, V>(int place, TFormula formula, in OptimizerStep<T> step)
        where T : struct, IFloatingPointIeee754<T> where TFormula : struct, IStepFormula<T> where V : struct, IStepNumber<V, T>
    {
        int slots = formula.Remembered;
        ReadOnlySpan<T> w = step.Weights, g = step.Gradients;
        var newW = step.NewWeights;
        ReadOnlySpan<T> a = slots > 0 ? step.Slot(0) : default, b = slots > 1 ? step.Slot(1) : default, c = slots > 2 ? step.Slot(2) : default;
        Span<T> newA = slots > 0 ? step.NewSlot(0) : default, newB = slots > 1 ? step.NewSlot(1) : default, newC = slots > 2 ? step.NewSlot(2) : default;
        // The least normal number, and the least whose square is taken; 0 for number types that the processor does not know.
        V normal = V.Of(typeof(T) == typeof(float) ? T.CreateChecked(1.17549435E-38f) : typeof(T) == typeof(double) ? T.CreateChecked(2.2250738585072014E-308) : T.Zero);
        V squared = V.Of(typeof(T) == typeof(float) ? T.CreateChecked(1e-15f) : typeof(T) == typeof(double) ? T.CreateChecked(1e-150) : T.Zero);
        // All spans are as long as w, which the step sees to; so no place needs a check.
        for (; place <= w.Length - V.Count; place += V.Count)
        {
            // What is too small is taken for 0 before it is squared: a product that is subnormal costs as much as a factor that is.
            V gradient = V.Load(g, place), some = V.OrZero(gradient, squared, gradient);
            V first = slots > 0 ? V.Load(a, place) : default, second = slots > 1 ? V.Load(b, place) : default, third = slots > 2 ? V.Load(c, place) : default;
            V next = formula.Next(V.Load(w, place), gradient, some * some, ref first, ref second, ref third);
            V.Store(next, newW, place);
            if (slots > 0) V.Store(V.OrZero(first, normal, first), newA, place);
            if (slots > 1) V.Store(V.OrZero(second, normal, second), newB, place);
            if (slots > 2) V.Store(V.OrZero(third, normal, third), newC, place);
        }
        return place;
    }
}
