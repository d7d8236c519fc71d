using System.Numerics;
using System.Numerics.Tensors;
using LanguageExt;

namespace Functional.Core;

/// <summary>
/// L-BFGS for full batches: steps along d = −H g, where H approximates the inverse Hessian from the last h pairs s = w′ − w, y = g′ − g
/// (the two-loop recursion). w′ = w + η d; the first step is along −g, no longer than η in the 1-norm. Pairs with y·s ≤ 10⁻¹⁰ are passed over,
/// and where d is no way down, g·d > −10⁻⁹, the weights stay.
/// </summary>
/// <param name="Rate">η, by step.</param>
/// <param name="History">h: 2 h + 2 buffers as long as the parameters are remembered.</param>
/// <remarks>
/// J. Nocedal, Updating Quasi-Newton Matrices with Limited Storage, 1980. Without line search, as PyTorch's LBFGS with line_search_fn none:
/// one step here is one of its inner iterations, so that it is a function of (w, g, s) as every optimizer. The gradients must be those of one and the
/// same function: of all examples, not of a batch.
/// </remarks>
public sealed record LbfgsOptimizer(Schedule Rate, int History = 10) : Optimizer
{
    private const double LeastCurvature = 1e-10, LeastSlope = 1e-9;


    /// <inheritdoc/>
    protected override int Slots => 2 * History + 2;

    /// <inheritdoc/>
    public override double RateAt(long step) => Rate.At(step);

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Rate.Faults + Expect.Settings(("history", History, History >= 1, "a history of at least 1 step"));

    /// <summary>Never called: a step looks at all parameters at once.</summary>
    protected override void Advance<T>(in OptimizerStep<T> step) => throw new NotSupportedException("L-BFGS has no step for a part.");

    // Buffers: s oldest to newest, y likewise, the last gradient, the last displacement. What is not there yet is 0, at the oldest places.
    internal override void Pass<T>(OptimizerPass<T> pass)
    {
        int h = History, last = 2 * h, moved = 2 * h + 1;
        double rate = Rate.At(pass.Number);
        var old = pass.Slots;
        var now = pass.NewSlots;
        var y = Tensor.Fresh<T>(pass.Weights.Shape).Done();
        Each(pass, part => TensorPrimitives.Subtract(part.G, part.Of(old[last]), part.Of(y)));
        if (pass.Number > 0 && Dot(pass, y, old[moved]) > T.CreateChecked(LeastCurvature))
            Each(pass, part =>
            {
                for (int i = 0; i < h; i++) part.Of(i + 1 < h ? old[i + 1] : old[moved]).CopyTo(part.Of(now[i]));
                for (int i = 0; i < h; i++) part.Of(i + 1 < h ? old[h + i + 1] : y).CopyTo(part.Of(now[h + i]));
            });
        else pass.KeepSlots(0, 2 * h);

        // The two loops, with d in the memory of y, which is no longer needed.
        var d = y;
        Each(pass, part => TensorPrimitives.Negate(part.G, part.Of(d)));
        var curvature = new T[h];
        var alpha = new T[h];
        for (int i = h - 1; i >= 0; i--)
        {
            curvature[i] = Dot(pass, now[h + i], now[i]);
            if (curvature[i] == T.Zero) continue;
            alpha[i] = Dot(pass, now[i], d) / curvature[i];
            Add(pass, -alpha[i], now[h + i], d);
        }
        if (curvature[h - 1] != T.Zero)
        {
            T scale = curvature[h - 1] / Dot(pass, now[2 * h - 1], now[2 * h - 1]);
            Each(pass, part => TensorPrimitives.Multiply(part.Of(d), scale, part.Of(d)));
        }
        for (int i = 0; i < h; i++)
            if (curvature[i] != T.Zero)
                Add(pass, alpha[i] - Dot(pass, now[h + i], d) / curvature[i], now[i], d);

        T length = T.CreateChecked(rate), sum = T.Zero;
        if (pass.Number == 0)
        {
            for (int i = 0; i < pass.Parts; i++) sum += TensorPrimitives.SumOfMagnitudes(pass.Part(i).G);
            if (sum > T.One) length /= sum;
        }
        if (Dot(pass, pass.Gradients, d) > T.CreateChecked(-LeastSlope)) length = T.Zero;
        Each(pass, part =>
        {
            part.G.CopyTo(part.Of(now[last]));
            TensorPrimitives.Multiply(part.Of(d), length, part.Of(now[moved]));
            TensorPrimitives.Add(part.W, part.Of(now[moved]), part.NewW);
        });
    }

    private static void Each<T>(OptimizerPass<T> pass, Action<OptimizerPass<T>> body) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < pass.Parts; i++) body(pass.Part(i));
    }

    private static T Dot<T>(OptimizerPass<T> pass, Tensor<T> a, Tensor<T> b) where T : struct, IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int i = 0; i < pass.Parts; i++) sum += TensorPrimitives.Dot<T>(pass.Part(i).Of(a), pass.Part(i).Of(b));
        return sum;
    }

    private static void Add<T>(OptimizerPass<T> pass, T factor, Tensor<T> from, Tensor<T> to) where T : struct, IFloatingPointIeee754<T> =>
        Each(pass, part => TensorPrimitives.MultiplyAdd(part.Of(from), factor, part.Of(to), part.Of(to)));
}

public static partial class Optimizers
{
    /// <summary>L-BFGS for full batches. See <see cref="LbfgsOptimizer"/>.</summary>
    public static Optimizer Lbfgs(Schedule? rate = null, int history = 10) => new LbfgsOptimizer(rate ?? 1.0, history);
}
