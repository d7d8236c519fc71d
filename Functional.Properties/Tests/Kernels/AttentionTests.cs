using Functional.Core;
using Functional.Core.Kernels;
using Xunit;

namespace Functional.Properties.Tests.Kernels;

/// <summary>
/// Attention by tiles against its definition: at lengths of several tiles, at random sizes at every number type and vector width that has tiles, and where
/// exponentials alone would overflow.
/// </summary>
[Collection("Workers")]
public class AttentionTests
{
    [Theory]
    [InlineData(2, 3, 7, 9, 4, 5, false, true)]
    [InlineData(1, 1, 130, 300, 8, 40, false, false)]
    [InlineData(1, 2, 150, 150, 16, 16, true, false)]
    [InlineData(2, 1, 140, 270, 5, 3, true, true)]
    [InlineData(1, 1, 60, 20, 4, 4, true, false)]
    public void Tiles_give_what_the_definition_gives(int batch, int heads, int queries, int keys, int keyWidth, int valueWidth, bool causal, bool masked)
    {
        var shape = new AttentionShape(batch, heads, queries, keys, keyWidth, valueWidth, causal);
        var key = new Key(9);
        Tensor<double> q = Normal(key.For("q"), [batch, queries, shape.KeyRow], 2), k = Normal(key.For("k"), [batch, keys, shape.KeyRow], 2);
        Tensor<double> v = Normal(key.For("v"), [batch, keys, shape.ValueRow], 1), dy = Normal(key.For("dy"), [batch, queries, shape.ValueRow], 1);
        var mask = masked ? Tensor.Build<double>([batch, keys], index => index[1] % 3 == 2 ? 0 : 1 - 0.25 * (index[1] % 2)) : default;
        var layer = new AttentionLayer(heads) { IsCausal = causal, IsMasked = masked }.At<double>();
        var forward = layer.Forward(new ForwardCall<double>(masked ? [q, k, v, mask] : [q, k, v]));
        var back = layer.Backward(new BackwardCall<double>(dy, forward.Saved));

        double[] y = new double[dy.Size], logs = new double[batch * heads * queries];
        double[] dq = new double[q.Size], dk = new double[k.Size], dv = new double[v.Size], dmask = new double[masked ? mask.Size : 0];
        ReadOnlySpan<double> m = masked ? mask.Span : default;
        AttentionReference.Forward(shape, q.Span, k.Span, v.Span, m, y, logs);
        AttentionReference.Backward(shape, q.Span, k.Span, v.Span, m, y, logs, dy.Span, dq, dk, dv, dmask);
        Close(y, forward.Outputs[0]);
        Close(dq, back.Inputs[0]);
        Close(dk, back.Inputs[1]);
        Close(dv, back.Inputs[2]);
        if (masked) Close(dmask, back.Inputs[3]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Tiles_of_every_width_give_what_the_definition_gives(int seed)
    {
        var key = new Key((ulong)seed);
        int Below(int bound, ulong place) => 1 + key.Below(bound, place);
        // Up to several tiles of queries (48 each) and of keys (128 each), and widths that are no multiple of any vector's.
        var shape = new AttentionShape(Below(2, 0), Below(3, 1), Below(150, 2), Below(300, 3), Below(40, 4), Below(40, 5), IsCausal: seed % 2 == 0);
        Tensor<double> q = Normal(key.For("q"), [shape.Batch, shape.Queries, shape.KeyRow], 1), k = Normal(key.For("k"), [shape.Batch, shape.Keys, shape.KeyRow], 1);
        Tensor<double> v = Normal(key.For("v"), [shape.Batch, shape.Keys, shape.ValueRow], 1), dy = Normal(key.For("dy"), [shape.Batch, shape.Queries, shape.ValueRow], 1);
        var mask = seed % 4 < 2 ? Tensor.Build<double>([shape.Batch, shape.Keys], index => index[1] % 5 == 3 ? 0 : 1 - 0.25 * (index[1] % 2)) : default;

        double[] y = new double[dy.Size], logs = new double[shape.Batch * shape.Heads * shape.Queries];
        double[] dq = new double[q.Size], dk = new double[k.Size], dv = new double[v.Size], dmask = new double[mask.IsDefault ? 0 : mask.Size];
        ReadOnlySpan<double> m = mask.IsDefault ? default : mask.Span;
        AttentionReference.Forward(shape, q.Span, k.Span, v.Span, m, y, logs);
        AttentionReference.Backward(shape, q.Span, k.Span, v.Span, m, y, logs, dy.Span, dq, dk, dv, dmask);
        foreach (int bits in new[] { 128, 256, 512 })
        {
            ByTiles<double>(bits, 1e-12);
            ByTiles<float>(bits, 2e-5);
        }

        void ByTiles<T>(int bits, double tolerance) where T : struct, System.Numerics.IFloatingPointIeee754<T>
        {
            Tensor<T> At(Tensor<double> tensor) => tensor.IsDefault ? default : tensor.To<double, T>();
            // Nothing is to be taken for written that is not.
            Tensor<T> Unwritten(Shape of) => Tensor.Filled(of, T.NaN);
            Tensor<T> outputs = Unwritten(dy.Shape), sums = Unwritten([logs.Length]);
            new AttentionForward<T>(shape, At(q), At(k), At(v), At(mask), outputs, sums, bits).Run();
            Close(y, outputs.To<T, double>(), tolerance);
            Close(logs, sums.To<T, double>(), tolerance);

            Tensor<T> gq = Unwritten(q.Shape), gk = Unwritten(k.Shape), gv = Unwritten(v.Shape);
            var gmask = mask.IsDefault ? default : Tensor.Zeros<T>([shape.Batch * shape.Heads, shape.Keys]);
            new AttentionBackward<T>(shape, At(q), At(k), At(v), At(mask), outputs, sums, At(dy), gq, gk, gv, gmask, bits).Run();
            Close(dq, gq.To<T, double>(), tolerance);
            Close(dk, gk.To<T, double>(), tolerance);
            Close(dv, gv.To<T, double>(), tolerance);
            if (mask.IsDefault) return;
            Close(dmask, Tensor.Build<double>(mask.Shape, at =>
            {
                double sum = 0;
                for (int head = 0; head < shape.Heads; head++) sum += double.CreateChecked(gmask[at[0] * shape.Heads + head, at[1]]);
                return sum;
            }), tolerance);
        }
    }

    [Theory]
    [InlineData(1e4f)]
    [InlineData(-1e4f)]
    public void Logits_of_ten_thousand_are_no_trouble(float logit)
    {
        // One key fits by ±logit, the others by 0: all the weight goes to it, or is shared among the others.
        var q = Tensor.Filled<float>([1, 2, 1], 1);
        var k = Tensor.Build<float>([1, 200, 1], index => index[1] == 150 ? logit : 0);
        var v = Tensor.Build<float>([1, 200, 1], index => index[1]);
        var layer = Functional.Core.Layers.Attention(1).At<float>();
        var forward = layer.Forward(new ForwardCall<float>([q, k, v]));
        float expected = logit > 0 ? 150 : (199 * 200 / 2 - 150) / 199f;
        Assert.All(forward.Outputs[0].ToArray(), y => Assert.Equal(expected, y, 1e-3f));
        var back = layer.Backward(new BackwardCall<float>(Tensor.Filled<float>([1, 2, 1], 1), forward.Saved));
        Assert.All(back.Inputs, gradient => Assert.All(gradient.ToArray(), number => Assert.True(float.IsFinite(number))));
    }

    [Fact]
    public void A_query_that_sees_nothing_gives_zero_and_gets_no_gradient()
    {
        var q = Normal(new Key(1), [1, 3, 2], 1);
        var mask = Tensor.Zeros<double>([1, 3]);
        var layer = new AttentionLayer(1) { IsMasked = true }.At<double>();
        var forward = layer.Forward(new ForwardCall<double>([q, q, q, mask]));
        Assert.All(forward.Outputs[0].ToArray(), y => Assert.Equal(0, y));
        Assert.All(layer.Backward(new BackwardCall<double>(q, forward.Saved)).Inputs, gradient => Assert.All(gradient.ToArray(), number => Assert.Equal(0, number)));
    }

    private static Tensor<double> Normal(Key key, Shape shape, double deviation)
    {
        double[] numbers = new double[shape.Size];
        key.Normal<double>(numbers);
        return Tensor.From<double>(shape, [.. numbers.Select(number => deviation * number)]);
    }

    private static void Close(double[] expected, Tensor<double> actual, double tolerance = 1e-11)
    {
        Assert.Equal(expected.Length, actual.Size);
        double largest = Math.Max(1e-3, expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual.Span[i], tolerance * largest);
    }
}
