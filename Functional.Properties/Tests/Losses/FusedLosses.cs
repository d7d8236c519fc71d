using Functional.Core;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Core.Losses;

namespace Functional.Properties.Tests;

/// <summary>The fused pairs equal the unfused ones wherever those are finite, and stay finite where those do not.</summary>
public class FusedLosses
{
    public static TheoryData<string> Pairs => ["softmax", "sigmoid", "binary"];

    private static (Network Fused, Network Unfused) Of(string pair, int width = 4)
    {
        Network Build(Func<Wire, Wire, Pipeline<Wire>> error) =>
            (from x in Input("x", width) from t in Input("t", width) from e in error(x, t) select e).Build().ToFin().ThrowIfFail();
        return pair switch
        {
            "softmax" => (Build(SoftmaxLogLoss), Build((x, t) => from p in Softmax(x) from e in LogLoss(p, t) select e)),
            "sigmoid" => (Build(SigmoidLogLoss), Build((x, t) => from p in Sigmoid(x) from e in LogLoss(p, t) select e)),
            _ => (Build(SigmoidBinaryLogLoss), Build((x, t) => from p in Sigmoid(x) from e in BinaryLogLoss(p, t) select e)),
        };
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Values_and_gradients_are_equal_where_the_unfused_are_finite(string pair)
    {
        var (fused, unfused) = Of(pair);
        var none = fused.Initialize<double>(default);
        for (ulong seed = 0; seed < (ulong)Verify.Scaled(200); seed++)
        {
            var x = CaseMaker.Values(new Key(seed), [3, 4], seed % 2 == 0 ? ValueFamily.Normal : ValueFamily.Ties, ValueKind.Real).Map(value => 3 * value);
            var t = CaseMaker.Values(new Key(seed).For("t"), [3, 4], ValueFamily.Normal, ValueKind.Distribution);
            var (a, b) = (fused.Pullback(none, [x, t]).ThrowIfFail(), unfused.Pullback(none, [x, t]).ThrowIfFail());
            Close(a.Outputs[0], b.Outputs[0], 1e-12);
            var dy = Tensor.From(1.0, -0.5, 2.0);
            Close(a.Back(dy).Inputs[0], b.Back(dy).Inputs[0], 1e-12);
            Close(a.Back(dy).Inputs[1], b.Back(dy).Inputs[1], 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void In_float_they_are_what_the_unfused_are_in_double(string pair)
    {
        for (ulong seed = 0; seed < 60; seed++)
        {
            var key = new Key(seed);
            int width = 1 + key.Below(70, 0), batch = 1 + key.Below(9, 1);
            var (fused, unfused) = Of(pair, width);
            var x = CaseMaker.Values(key.For("x"), [batch, width], seed % 2 == 0 ? ValueFamily.Normal : ValueFamily.Ties, ValueKind.Real).Map(value => (float)(3 * value));
            var t = CaseMaker.Values(key.For("t"), [batch, width], ValueFamily.Normal, ValueKind.Distribution).To<double, float>();
            var dy = key.For("dy").Normal([batch]).To<double, float>();
            var a = fused.Pullback(fused.Initialize<float>(default), [x, t]).ThrowIfFail();
            var b = unfused.Pullback(unfused.Initialize<double>(default), [x.To<float, double>(), t.To<float, double>()]).ThrowIfFail();
            Close(b.Outputs[0], a.Outputs[0].To<float, double>(), 5e-6);
            Tensors<float> narrow = a.Back(dy).Inputs;
            Tensors<double> wide = b.Back(dy.To<float, double>()).Inputs;
            Close(wide[0], narrow[0].To<float, double>(), 5e-6);
            Close(wide[1], narrow[1].To<float, double>(), 5e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void They_stay_finite_at_logits_of_ten_thousand(string pair)
    {
        var fused = Of(pair).Fused;
        CheckFinite<float>(fused);
        CheckFinite<double>(fused);
    }

    private static void CheckFinite<T>(Network fused) where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        T big = T.CreateChecked(10_000), zero = T.Zero, one = T.One;
        var x = Tensor.From<T>([2, 4], big, -big, zero, big, -big, -big, big, zero);
        var t = Tensor.From<T>([2, 4], zero, one, zero, zero, one, zero, zero, zero);
        var pull = fused.Pullback(fused.Initialize<T>(default), [x, t]).ThrowIfFail();
        var back = pull.Back(Tensor.Filled([2], T.One));
        foreach (var tensor in pull.Outputs.Concat(back.Inputs))
            foreach (T number in tensor.Span) Assert.True(T.IsFinite(number), $"{tensor}");
        // The target of the first example is where the logit is −10,000.
        Assert.True(pull.Outputs[0].Span[0] >= big);
    }

    [Fact]
    public void Softmax_is_stable_in_float()
    {
        var y = Softmax().At<float>().Forward(new ForwardCall<float>(Tensor.From<float>([2, 3], 1e4f, 0, -1e4f, -1e4f, -1e4f, -1e4f))).Outputs[0];
        Assert.Equal(Tensor.From<float>([2, 3], 1, 0, 0, 1 / 3f, 1 / 3f, 1 / 3f), y);
    }

    [Fact]
    public void Log_loss_takes_a_probability_of_zero_as_the_formula_says()
    {
        var layer = LogLoss().Layer.At<float>();
        Tensors<float> inputs = [Tensor.From<float>([2, 2], 0, 1, 0, 1), Tensor.From<float>([2, 2], 0, 1, 1, 0)];
        var forward = layer.Forward(new ForwardCall<float>(inputs));
        Assert.Equal(0, forward.Outputs[0].Span[0]);
        Assert.Equal(float.PositiveInfinity, forward.Outputs[0].Span[1]);
        var dx = layer.Backward(new BackwardCall<float>(Tensor.From(1f, 1f), forward.Saved)).Inputs[0];
        Assert.Equal(Tensor.From<float>([2, 2], 0, -1, float.NegativeInfinity, 0), dx);

        // Behind a softmax whose probability has underflowed to 0, nothing becomes NaN.
        var softmax = Softmax().At<float>();
        var p = softmax.Forward(new ForwardCall<float>(Tensor.From<float>([1, 2], 0, 1e4f)));
        var back = softmax.Backward(new BackwardCall<float>(Tensor.From<float>([1, 2], float.NegativeInfinity, 0), p.Saved));
        Assert.All(back.Inputs[0].ToArray(), gradient => Assert.True(float.IsFinite(gradient)));
    }

    private static void Close(Tensor<double> a, Tensor<double> b, double tolerance)
    {
        for (int i = 0; i < a.Size; i++) Assert.Equal(a.Span[i], b.Span[i], tolerance * Math.Max(1, Math.Abs(a.Span[i])));
    }
}
