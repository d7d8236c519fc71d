using FsCheck.Xunit;
using Functional.Core;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Properties.Tests.Given;

namespace Functional.Properties.Tests;

/// <summary>The seed's equations of the activations, and their behaviour where numbers end.</summary>
[Properties(Arbitrary = [typeof(Small)])]
public class ActivationTests
{
    [Property]
    public void Sigmoid_is_the_logistic_function(Key key, Shape example, Dims dims)
    {
        var (x, dy) = (key.Normal(example.Batched(dims.Batch)), key.Split(1).Normal(example.Batched(dims.Batch)));
        var y = x.Map(v => 1 / (1 + Math.Exp(-v)));
        Near(y, Sigmoid().Run<double>(x)[0]);
        Near(Times(dy, y.Map(v => v * (1 - v))), Sigmoid().Back<double>(x, dy).Inputs[0]);
    }

    [Property]
    public void Tanh_is_the_hyperbolic_tangent(Key key, Shape example, Dims dims)
    {
        var (x, dy) = (key.Normal(example.Batched(dims.Batch)), key.Split(1).Normal(example.Batched(dims.Batch)));
        var y = x.Map(v => (Math.Exp(v) - Math.Exp(-v)) / (Math.Exp(v) + Math.Exp(-v)));
        Near(y, Tanh().Run<double>(x)[0]);
        Near(Times(dy, y.Map(v => 1 - v * v)), Tanh().Back<double>(x, dy).Inputs[0]);
    }

    [Property]
    public void Relu_is_the_positive_part(Key key, Shape example, Dims dims)
    {
        var (x, dy) = (key.Normal(example.Batched(dims.Batch)).Map(v => Math.Round(v)), key.Split(1).Normal(example.Batched(dims.Batch)));
        Assert.Equal(x.Map(v => Math.Max(0, v)), Relu().Run<double>(x)[0]);
        Assert.Equal(Times(dy, x.Map(v => v > 0 ? 1.0 : 0)), Relu().Back<double>(x, dy).Inputs[0]);
    }

    [Property]
    public void Log_softmax_is_the_logarithm_of_softmax(Key key, Dims dims)
    {
        var (x, dy) = (key.Normal([dims.Batch, dims.In]), key.Split(1).Normal([dims.Batch, dims.In]));
        var y = Softmax().Run<double>(x)[0];
        foreach (var (expected, actual) in y.Map(Math.Log).ToArray().Zip(LogSoftmax().Run<double>(x)[0].ToArray())) Assert.Equal(expected, actual, 1e-12);
        var back = LogSoftmax().Back<double>(x, dy).Inputs[0];
        var expectedBack = Matrix(dims.Batch, dims.In, (row, i) => dy[row, i] - y[row, i] * Sum(dims.In, j => dy[row, j]));
        foreach (var (expected, actual) in expectedBack.ToArray().Zip(back.ToArray())) Assert.Equal(expected, actual, 1e-12);
    }

    [Fact]
    public void Both_ends_are_finite_in_float_and_double()
    {
        Ends<float>();
        Ends<double>();
    }

    private static void Ends<T>() where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        T big = T.CreateChecked(1e4), half = T.One / (T.One + T.One);
        var x = Tensor.From([2, 4], -big, big, T.Zero, -big, big, big, -big, T.Zero);
        Assert.Equal(Tensor.From([2, 4], T.Zero, T.One, half, T.Zero, T.One, T.One, T.Zero, half), Sigmoid().Run<T>(x)[0]);
        Assert.Equal(Tensor.From([2, 4], -T.One, T.One, T.Zero, -T.One, T.One, T.One, -T.One, T.Zero), Tanh().Run<T>(x)[0]);
        Assert.Equal(Tensor.From([2, 4], T.Zero, T.One, T.Zero, T.Zero, half, half, T.Zero, T.Zero), Softmax().Run<T>(x)[0]);
        var ones = Tensor.Filled(x.Shape, T.One);
        foreach (var layer in new[] { Sigmoid(), Tanh(), Relu(), Softmax(), LogSoftmax() })
        {
            Assert.All(layer.Run<T>(x)[0].ToArray(), v => Assert.True(T.IsFinite(v), $"{layer} {v}"));
            Assert.All(layer.Back<T>(x, ones).Inputs[0].ToArray(), v => Assert.True(T.IsFinite(v), $"{layer} {v}"));
        }
    }

    [Fact]
    public void NaN_is_passed_on()
    {
        var x = Tensor.From<double>([1, 3], 1, double.NaN, -1);
        foreach (var layer in new[] { Sigmoid(), Tanh(), Relu() }) Assert.Equal((false, true, false), Nans(layer.Run<double>(x)[0]));
        foreach (var layer in new[] { Softmax(), LogSoftmax() }) Assert.Equal((true, true, true), Nans(layer.Run<double>(x)[0]));

        static (bool, bool, bool) Nans(Tensor<double> y) => (double.IsNaN(y[0, 0]), double.IsNaN(y[0, 1]), double.IsNaN(y[0, 2]));
    }

    private static Tensor<double> Times(Tensor<double> a, Tensor<double> b) => Multiply().Run<double>([a, b])[0];
}
