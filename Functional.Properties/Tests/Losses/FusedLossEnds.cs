using System.Numerics;
using FsCheck.Xunit;
using Functional.Core;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Core.Losses;
using static Functional.Properties.Tests.Given;

namespace Functional.Properties.Tests;

/// <summary>The fused pairs at labels of any sum, at both ends, and where the loss is small.</summary>
[Properties(Arbitrary = [typeof(Small)])]
public class FusedLossEnds
{
    // Sums of labels other than 1 are ones that formulas tend to forget.
    [Property]
    public void Labels_of_any_sum_are_weighed(Key key, Dims dims)
    {
        var (x, t, dy) = (key.Normal([dims.Batch, dims.In]), key.Split(1).Normal([dims.Batch, dims.In]), key.Split(2).Normal([dims.Batch]));
        var pair = Network.Of([dims.In], Softmax()).Value();
        var (value, back) = Both(Objective.Of(pair, LogLoss()).Value().Combined, pair.Initialize<double>(default), x, t, dy);
        foreach (var (expected, actual) in value.ToArray().Zip(SoftmaxLogLoss().Layer.Run<double>([x, t])[0].ToArray())) Assert.Equal(expected, actual, 1e-11);
        foreach (var (expected, actual) in back[0].ToArray().Zip(SoftmaxLogLoss().Layer.Back<double>([x, t], dy).Inputs[0].ToArray())) Assert.Equal(expected, actual, 1e-11);
    }

    [Fact]
    public void Fused_pairs_are_finite_and_right_at_10000()
    {
        Ends<float>();
        Ends<double>();
    }

    private static void Ends<T>() where T : struct, IFloatingPointIeee754<T>
    {
        T one = T.One, zero = T.Zero, big = T.CreateChecked(1e4);
        var x = Tensor.From([2, 2], big, -big, -big, big);
        var t = Tensor.From([2, 2], one, zero, one, zero);
        void Is(Loss loss, T first, T second, params ReadOnlySpan<T> gradient)
        {
            Assert.Equal(Tensor.From(first, second), loss.Layer.Run<T>([x, t])[0]);
            var back = loss.Layer.Back<T>([x, t], Tensor.From(one, one)).Inputs;
            Assert.Equal(Tensor.From([2, 2], gradient), back[0]);
            Assert.All(back[1].ToArray(), dt => Assert.True(T.IsFinite(dt)));
        }
        Is(SoftmaxLogLoss(), zero, big + big, zero, zero, -one, one);
        Is(SigmoidLogLoss(), zero, big, zero, zero, -one, zero);
        Is(SigmoidBinaryLogLoss(), zero, big + big, zero, zero, -one, one);
    }

    // log(1 + e⁻ˣ) is about e⁻ˣ at large x, which 'log' of a rounded sum cannot see.
    [Theory]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(80)]
    public void Small_losses_keep_their_digits(double x)
    {
        double expected = Math.Exp(-x) - Math.Exp(-2 * x) / 2 + Math.Exp(-3 * x) / 3;
        Assert.Equal(1, SpecialFunctions.Softplus(-x) / expected, 1e-13);
        Assert.Equal(1, SpecialFunctions.Softplus(-(float)x) / (float)expected, 1e-6);
        Assert.Equal(1, SigmoidLogLoss().Layer.Run<double>([Tensor.From([1, 1], x), Tensor.From([1, 1], 1.0)])[0][0] / expected, 1e-13);
        Assert.Equal(1, BinaryLogLoss().Layer.Run<double>([Tensor.From([1, 1], Math.Exp(-x)), Tensor.From([1, 1], 0.0)])[0][0] / -Series(-Math.Exp(-x)), 1e-13);
    }

    private static double Series(double x) => x - x * x / 2 + x * x * x / 3;

    private static (Tensor<double> Value, Tensors<double> Back) Both(Network network, Parameters<double> parameters, Tensor<double> x, Tensor<double> t, Tensor<double> dy)
    {
        var pull = network.Pullback(parameters, [x, t]).Value();
        return (pull.Outputs[0], pull.Back(dy).Inputs);
    }
}
