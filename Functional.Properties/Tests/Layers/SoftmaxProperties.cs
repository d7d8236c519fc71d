using FsCheck.Xunit;
using Functional.Core;
using Xunit;
using static Functional.Core.Layers;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests;

public class SoftmaxProperties
{
    [Fact]
    public void The_last_axis_is_the_one_of_all_layers_of_rows()
    {
        var (x, dy) = (new Key(1).Normal([2, 3, 4]), new Key(2).Normal([2, 3, 4]));
        foreach (var layer in new[] { Softmax(), LogSoftmax() })
        {
            Assert.Equal(layer.Run<double>(x.Reshape([6, 4]))[0].ToArray(), layer.Run<double>(x)[0].ToArray());
            Assert.Equal(layer.Back<double>(x.Reshape([6, 4]), dy.Reshape([6, 4])).Inputs[0].ToArray(), layer.Back<double>(x, dy).Inputs[0].ToArray());
        }
    }

    /// <summary>The product with the Jacobian yᵢ(1{i=j} − yⱼ) written out.</summary>
    [Property]
    public bool Backward_is_the_product_with_the_Jacobian(ulong seed, byte size)
    {
        int n = 1 + size % 9;
        var at = CaseMaker.Make(Functional.Core.Layers.Softmax(), Seq1(Shape.Of(n)), 2, new Key(seed));
        var layer = at.Layer.At<double>();
        var forward = layer.Forward(new ForwardCall<double>(at.Inputs));
        var dy = CaseMaker.Values(new Key(seed).For("dy"), [2, n], ValueFamily.Normal, ValueKind.Real);
        var dx = layer.Backward(new BackwardCall<double>(dy, forward.Saved)).Inputs[0];
        var y = forward.Outputs[0];
        for (int b = 0; b < 2; b++)
            for (int i = 0; i < n; i++)
            {
                double sum = 0;
                for (int j = 0; j < n; j++) sum += dy[b, j] * y[b, i] * ((i == j ? 1 : 0) - y[b, j]);
                if (Math.Abs(sum - dx[b, i]) > 1e-14) return false;
            }
        return true;
    }

    [Property]
    public bool Rows_sum_to_one_and_a_shift_changes_nothing(ulong seed, byte size, sbyte shift)
    {
        var x = CaseMaker.Values(new Key(seed), [1, 1 + size % 20], ValueFamily.Normal, ValueKind.Real);
        var layer = Functional.Core.Layers.Softmax().At<double>();
        var y = layer.Forward(new ForwardCall<double>(x)).Outputs[0].ToArray();
        var shifted = layer.Forward(new ForwardCall<double>(x.Map(value => value + shift))).Outputs[0].ToArray();
        return Math.Abs(y.Sum() - 1) < 1e-14 && y.Zip(shifted, (a, b) => Math.Abs(a - b)).Max() < 1e-13;
    }
}
