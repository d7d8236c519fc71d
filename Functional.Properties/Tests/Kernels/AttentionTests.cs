using Functional.Core;
using Functional.Core.Kernels;
using Xunit;

namespace Functional.Properties.Tests.Kernels;

/// <summary>Attention by tiles against its definition, at lengths of several tiles, and where exponentials alone would overflow.</summary>
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

    private static void Close(double[] expected, Tensor<double> actual)
    {
        Assert.Equal(expected.Length, actual.Size);
        double largest = Math.Max(1e-3, expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual.Span[i], 1e-11 * largest);
    }
}
