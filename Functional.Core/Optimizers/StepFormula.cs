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

/// <summary>The one loop that runs a formula over all parameters.</summary>
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
                if (slots > 0) SpanLanes.Store(first, newA, i);
                if (slots > 1) SpanLanes.Store(second, newB, i);
                if (slots > 2) SpanLanes.Store(third, newC, i);
            }
        for (; i < w.Length; i++)
        {
            T first = slots > 0 ? a[i] : T.Zero, second = slots > 1 ? b[i] : T.Zero, third = slots > 2 ? c[i] : T.Zero;
            newW[i] = formula.Next(w[i], g[i], ref first, ref second, ref third);
            if (slots > 0) newA[i] = first;
            if (slots > 1) newB[i] = second;
            if (slots > 2) newC[i] = third;
        }
    }
}
