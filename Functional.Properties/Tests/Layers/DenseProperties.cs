using FsCheck.Xunit;
using Functional.Core;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests;

public class DenseProperties
{
    /// <summary>The seed's equations written out: yⱼ = Σᵢ wⱼᵢ xᵢ + bⱼ, δxᵢ = Σⱼ wⱼᵢ δyⱼ, δwⱼᵢ = Σ δyⱼ xᵢ, δbⱼ = Σ δyⱼ.</summary>
    [Property]
    public bool Forward_and_backward_are_the_sums_written_out(ulong seed, byte batchSize, byte inputs, byte outputs, bool bias)
    {
        int batch = 1 + batchSize % 4, m = 1 + inputs % 20, n = 1 + outputs % 20;
        var at = CaseMaker.Make(Functional.Core.Layers.Dense(n, bias), Seq1(Shape.Of(m)), batch, new Key(seed));
        var layer = at.Layer.At<double>();
        var forward = layer.Forward(new ForwardCall<double>(at.Inputs, at.Parameters));
        var dy = CaseMaker.Values(new Key(seed).For("dy"), [batch, n], ValueFamily.Normal, ValueKind.Real);
        var back = layer.Backward(new BackwardCall<double>(dy, forward.Saved, at.Parameters));
        var (x, w) = (at.Inputs[0], at.Parameters[0]);
        bool right = true;
        for (int b = 0; b < batch; b++)
        {
            for (int j = 0; j < n; j++)
                right &= Near(forward.Outputs[0][b, j], Enumerable.Range(0, m).Sum(i => w[j, i] * x[b, i]) + (bias ? at.Parameters[1][j] : 0));
            for (int i = 0; i < m; i++)
                right &= Near(back.Inputs[0][b, i], Enumerable.Range(0, n).Sum(j => w[j, i] * dy[b, j]));
        }
        for (int j = 0; j < n; j++)
        {
            for (int i = 0; i < m; i++)
                right &= Near(back.Parameters[0][j, i], Enumerable.Range(0, batch).Sum(b => dy[b, j] * x[b, i]));
            if (bias) right &= Near(back.Parameters[1][j], Enumerable.Range(0, batch).Sum(b => dy[b, j]));
        }
        return right;
    }

    [Property]
    public bool Further_axes_are_further_rows(ulong seed, byte batchSize, byte inputs, byte outputs)
    {
        int batch = 1 + batchSize % 4, m = 1 + inputs % 6, n = 1 + outputs % 6;
        var at = CaseMaker.Make(Functional.Core.Layers.Dense(n), Seq1(Shape.Of(2, 3, m)), batch, new Key(seed));
        var y = at.Layer.Run<double>(at.Inputs, at.Parameters)[0];
        var flat = at.Layer.Run<double>(at.Inputs[0].Reshape([batch * 6, m]), at.Parameters)[0];
        return y.Shape == Shape.Of(batch, 2, 3, n) && y.ToArray().Zip(flat.ToArray()).All(pair => Near(pair.Item1, pair.Item2));
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-10 * Math.Max(1e3, Math.Abs(b));
}
