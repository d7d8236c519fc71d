using System.Numerics;
using FsCheck.Xunit;
using Functional.Core;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Core.Losses;
using static Functional.Properties.Tests.Given;

namespace Functional.Properties.Tests;

/// <summary>The seed's equations of the losses, an error and a gradient for each example.</summary>
[Properties(Arbitrary = [typeof(Small)])]
public class LossEquationTests
{
    [Property]
    public void Euclidean_loss_is_half_the_squared_distance(Key key, Dims dims)
    {
        var (x, t, dy) = Draw(key, dims, key.Normal([dims.Batch, dims.In]), key.Split(1).Normal([dims.Batch, dims.In]));
        Check(EuclideanLoss(), x, t, dy,
            row => 0.5 * Sum(dims.In, i => (x[row, i] - t[row, i]) * (x[row, i] - t[row, i])),
            (row, i) => x[row, i] - t[row, i],
            (row, i) => t[row, i] - x[row, i]);
    }

    [Property]
    public void Log_loss_is_minus_the_expected_logarithm(Key key, Dims dims)
    {
        var (x, t, dy) = Draw(key, dims, key.Distribution([dims.Batch, dims.In]), key.Split(1).Distribution([dims.Batch, dims.In]));
        Check(LogLoss(), x, t, dy,
            row => -Sum(dims.In, i => t[row, i] * Math.Log(x[row, i])),
            (row, i) => -t[row, i] / x[row, i],
            (row, i) => -Math.Log(x[row, i]));
    }

    [Property]
    public void Binary_log_loss_is_that_of_both_answers(Key key, Dims dims)
    {
        var (x, t, dy) = Draw(key, dims, key.Probability([dims.Batch, dims.In]), key.Split(1).Probability([dims.Batch, dims.In]));
        Check(BinaryLogLoss(), x, t, dy,
            row => -Sum(dims.In, i => t[row, i] * Math.Log(x[row, i]) + (1 - t[row, i]) * Math.Log(1 - x[row, i])),
            (row, i) => (1 - t[row, i]) / (1 - x[row, i]) - t[row, i] / x[row, i],
            (row, i) => Math.Log(1 - x[row, i]) - Math.Log(x[row, i]));
    }

    [Fact]
    public void Absent_classes_add_nothing_at_a_probability_of_0()
    {
        Absent<float>();
        Absent<double>();
    }

    private static void Absent<T>() where T : struct, IFloatingPointIeee754<T>
    {
        T zero = T.Zero, one = T.One;
        var (x, t) = (Tensor.From([1, 3], zero, one, zero), Tensor.From([1, 3], zero, one, zero));
        Assert.Equal(zero, LogLoss().Layer.Run<T>([x, t])[0][0]);
        Assert.Equal(Tensor.From([1, 3], zero, -one, zero), LogLoss().Layer.Back<T>([x, t], Tensor.From(one)).Inputs[0]);
        Assert.Equal(zero, BinaryLogLoss().Layer.Run<T>([x, t])[0][0]);
        Assert.Equal(Tensor.From([1, 3], one, -one, one), BinaryLogLoss().Layer.Back<T>([x, t], Tensor.From(one)).Inputs[0]);
    }

    [Fact]
    public void A_present_class_at_a_probability_of_0_costs_without_end()
    {
        var (x, t) = (Tensor.From<float>([1, 2], 0, 1), Tensor.From<float>([1, 2], 1, 0));
        Assert.Equal(float.PositiveInfinity, LogLoss().Layer.Run<float>([x, t])[0][0]);
        Assert.Equal(Tensor.From<float>([1, 2], float.NegativeInfinity, 0), LogLoss().Layer.Back<float>([x, t], Tensor.From(1f)).Inputs[0]);
    }

    [Fact]
    public void Softmax_into_log_loss_at_10000_has_no_NaN()
    {
        Softened<float>();
        Softened<double>();
    }

    // The unfused pair, at logits where probabilities underflow to 0 under labels that are 0 there.
    private static void Softened<T>() where T : struct, IFloatingPointIeee754<T>
    {
        T big = T.CreateChecked(1e4);
        var network = Network.Of([3], Softmax()).Value();
        var objective = Objective.Of(network, LogLoss(Reduction.Sum)).Value();
        var (x, t) = (Tensor.From([2, 3], big, -big, T.Zero, -big, big, -big), Tensor.From([2, 3], T.One, T.Zero, T.Zero, T.Zero, T.One, T.Zero));
        Assert.Equal(T.Zero, objective.Value(network.Initialize<T>(default), x, t).Value());
        var back = objective.Combined.Pullback(network.Initialize<T>(default), [x, t]).Value().Back(Tensor.Filled([2], T.One)).Inputs[0];
        Assert.Equal(Tensor.Zeros<T>([2, 3]), back);
    }

    private static void Check(Loss loss, Tensor<double> x, Tensor<double> t, Tensor<double> dy, Func<int, double> value, Func<int, int, double> byX, Func<int, int, double> byT)
    {
        Near(Matrix(1, x.Batch, (_, row) => value(row)).Reshape([x.Batch]), loss.Layer.Run<double>([x, t])[0], 1e-10);
        var back = loss.Layer.Back<double>([x, t], dy);
        Near(Matrix(x.Batch, x.Shape[1], (row, i) => dy[row] * byX(row, i)), back.Inputs[0]);
        Near(Matrix(x.Batch, x.Shape[1], (row, i) => dy[row] * byT(row, i)), back.Inputs[1]);
    }

    private static (Tensor<double>, Tensor<double>, Tensor<double>) Draw(Key key, Dims dims, Tensor<double> x, Tensor<double> t) => (x, t, key.Split(2).Normal([dims.Batch]));
}
