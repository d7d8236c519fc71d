using System.Numerics;
using System.Runtime.CompilerServices;
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

    /// <summary>w′ from w, g and g²; what is remembered is replaced.</summary>
    T Next(T w, T g, T square, ref T a, ref T b, ref T c);

    /// <inheritdoc cref="Next(T, T, T, ref T, ref T, ref T)"/>
    Vector<T> Next(Vector<T> w, Vector<T> g, Vector<T> square, ref Vector<T> a, ref Vector<T> b, ref Vector<T> c);
}

/// <summary>
/// The one loop that runs a formula over all parameters. It keeps to normal numbers, since many processors take a hundred times as long for subnormal ones:
/// what would be remembered as one (in size below 1.2·10⁻³⁸ at float) is remembered as 0, and so is the square of a gradient whose thousandth part would be one.
/// The mean of a gradient that has become 0 would else shrink until it is subnormal and stay so, since 0.9 of the least number rounds to itself.
/// No weight moves by as much as a rounding for it.
/// </summary>
internal static class StepFormula
{
    // Compiled in full at once: the first steps of a run would else go through every parameter in code that is not optimised yet.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T, TFormula>(TFormula formula, in OptimizerStep<T> step)
        where T : struct, IFloatingPointIeee754<T> where TFormula : struct, IStepFormula<T>
    {
        int slots = formula.Remembered;
        ReadOnlySpan<T> w = step.Weights, g = step.Gradients;
        var newW = step.NewWeights;
        ReadOnlySpan<T> a = slots > 0 ? step.Slot(0) : default, b = slots > 1 ? step.Slot(1) : default, c = slots > 2 ? step.Slot(2) : default;
        Span<T> newA = slots > 0 ? step.NewSlot(0) : default, newB = slots > 1 ? step.NewSlot(1) : default, newC = slots > 2 ? step.NewSlot(2) : default;
        // The least normal number, and the least whose square is taken; 0 for number types that the processor does not know.
        T normal = typeof(T) == typeof(float) ? T.CreateChecked(1.17549435E-38f) : typeof(T) == typeof(double) ? T.CreateChecked(2.2250738585072014E-308) : T.Zero;
        T squared = typeof(T) == typeof(float) ? T.CreateChecked(1e-15f) : typeof(T) == typeof(double) ? T.CreateChecked(1e-150) : T.Zero;
        int i = 0;
        // All spans are as long as w, which the step sees to; so no place needs a check.
        if (Vector.IsHardwareAccelerated && Vector<T>.IsSupported)
        {
            Vector<T> normals = new(normal), squares = new(squared);
            for (; i <= w.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                var gradient = SpanLanes.Load(g, i);
                var first = slots > 0 ? SpanLanes.Load(a, i) : default;
                var second = slots > 1 ? SpanLanes.Load(b, i) : default;
                var third = slots > 2 ? SpanLanes.Load(c, i) : default;
                var next = formula.Next(SpanLanes.Load(w, i), gradient, OrZero(gradient, squares, gradient * gradient), ref first, ref second, ref third);
                SpanLanes.Store(next, newW, i);
                if (slots > 0) SpanLanes.Store(OrZero(first, normals, first), newA, i);
                if (slots > 1) SpanLanes.Store(OrZero(second, normals, second), newB, i);
                if (slots > 2) SpanLanes.Store(OrZero(third, normals, third), newC, i);
            }
        }
        for (; i < w.Length; i++)
        {
            T first = slots > 0 ? a[i] : T.Zero, second = slots > 1 ? b[i] : T.Zero, third = slots > 2 ? c[i] : T.Zero;
            newW[i] = formula.Next(w[i], g[i], OrZero(g[i], squared, g[i] * g[i]), ref first, ref second, ref third);
            if (slots > 0) newA[i] = OrZero(first, normal, first);
            if (slots > 1) newB[i] = OrZero(second, normal, second);
            if (slots > 2) newC[i] = OrZero(third, normal, third);
        }
    }

    // The result where the number is at least that large in size; where it is NaN too.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T OrZero<T>(T number, T least, T result) where T : struct, IFloatingPointIeee754<T> => T.Abs(number) < least ? T.Zero : result;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> OrZero<T>(Vector<T> number, Vector<T> least, Vector<T> result) where T : struct, IFloatingPointIeee754<T> =>
        Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(number), least), Vector<T>.Zero, result);
}
