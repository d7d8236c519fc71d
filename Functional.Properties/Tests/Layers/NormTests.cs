using FsCheck.Xunit;
using Functional.Core;
using Functional.Core.Kernels;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Properties.Tests.Given;

namespace Functional.Properties.Tests;

/// <summary>The normalisations by their formulas, running statistics as PyTorch keeps them, and the same bits on any number of threads.</summary>
[Properties(Arbitrary = [typeof(Small)])]
[Collection("Workers")]
public class NormTests
{
    [Property]
    public void Rows_get_mean_0_and_variance_1(Key key, Dims dims)
    {
        var x = key.Normal([dims.Batch, dims.In]);
        var (g, b) = (key.Split(1).Normal([dims.In]), key.Split(2).Normal([dims.In]));
        double Mean(int row) => Sum(dims.In, i => x[row, i]) / dims.In;
        double Variance(int row) => Sum(dims.In, i => Math.Pow(x[row, i] - Mean(row), 2)) / dims.In;
        Near(
            Matrix(dims.Batch, dims.In, (row, i) => g[i] * (x[row, i] - Mean(row)) / Math.Sqrt(Variance(row) + 1e-5) + b[i]),
            LayerNorm().Run<double>(x, [g, b])[0], 1e-10);
        Near(
            Matrix(dims.Batch, dims.In, (row, i) => g[i] * x[row, i] / Math.Sqrt(Sum(dims.In, j => x[row, j] * x[row, j]) / dims.In + 1e-6)),
            RmsNorm().Run<double>(x, g)[0], 1e-10);
    }

    [Property]
    public void Groups_of_all_channels_are_a_row_and_of_one_channel_are_instances(Key key, Dims dims)
    {
        Shape shape = [dims.Batch, dims.Out, dims.In];
        var x = key.Normal(shape);
        var (ones, zeros) = (Tensor.Filled([dims.Out], 1.0), Tensor.Zeros<double>([dims.Out]));
        var row = LayerNorm(affine: false).Run<double>(x.Reshape([dims.Batch, dims.Out * dims.In]))[0].Reshape(shape);
        Near(row, GroupNorm(1).Run<double>(x, [ones, zeros])[0]);
        Near(LayerNorm(affine: false).Run<double>(x)[0], GroupNorm(dims.Out).Run<double>(x, [ones, zeros])[0]);
    }

    [Property]
    public void A_batch_gives_its_statistics_and_moves_the_running_ones(Key key, Dims dims)
    {
        int batch = dims.Batch + 1, channels = dims.Out, length = dims.In;
        var x = key.Normal([batch, channels, length]);
        var (g, b) = (key.Split(1).Normal([channels]), key.Split(2).Normal([channels]));
        var (mean, variance) = (key.Split(3).Normal([channels]), key.Split(4).Probability([channels]));
        var result = BatchNorm(0.2).At<double>().Forward(new ForwardCall<double>(x, [g, b], [mean, variance], Mode.Train));
        double n = batch * length;
        double Total(int c, Func<double, double> of) => Sum(batch, e => Sum(length, i => of(x[e, c, i])));
        double Mean(int c) => Total(c, v => v) / n;
        double Squares(int c) => Total(c, v => Math.Pow(v - Mean(c), 2));
        Near(
            Tensor.From<double>(x.Shape, [.. Enumerable.Range(0, x.Size).Select(i => (c: i / length % channels, v: x.ToArray()[i]))
                .Select(at => g[at.c] * (at.v - Mean(at.c)) / Math.Sqrt(Squares(at.c) / n + 1e-5) + b[at.c])]),
            result.Outputs[0], 1e-10);
        Near(Tensor.From<double>([.. Enumerable.Range(0, channels).Select(c => 0.8 * mean[c] + 0.2 * Mean(c))]), result.State[0], 1e-10);
        Near(Tensor.From<double>([.. Enumerable.Range(0, channels).Select(c => 0.8 * variance[c] + 0.2 * Squares(c) / (n - 1))]), result.State[1], 1e-10);

        var used = BatchNorm().At<double>().Forward(new ForwardCall<double>(x, [g, b], [mean, variance], Mode.Inference));
        Near(
            Tensor.From<double>(x.Shape, [.. Enumerable.Range(0, x.Size).Select(i => (c: i / length % channels, v: x.ToArray()[i]))
                .Select(at => g[at.c] * (at.v - mean[at.c]) / Math.Sqrt(variance[at.c] + 1e-5) + b[at.c])]),
            used.Outputs[0], 1e-10);
    }

    [Fact]
    public void A_training_step_returns_new_running_statistics()
    {
        var network = Network.Of([3], Dense(4) >> BatchNorm() >> Dense(2)).Value();
        Assert.Equal("dense1.weight, dense1.bias, batchnorm1.weight, batchnorm1.bias, dense2.weight, dense2.bias", network.ParameterNames());
        var objective = Objective.Of(network, Losses.EuclideanLoss()).Value();
        var parameters = network.Initialize<double>(new Key(1));
        var step = objective.ValueAndGradient(parameters, new Key(2).Normal([8, 3]), new Key(3).Normal([8, 2]), new(null, Mode.Train)).Value();
        Assert.NotEqual(network.InitializeState<double>()["batchnorm1.mean"], step.State["batchnorm1.mean"]);
        Assert.True(network.MixesExamples);
    }

    public static TheoryData<Layer, Shape> Layers => new()
    {
        { LayerNorm(), [1000, 96, 128] },
        { RmsNorm(), [3000, 33] },
        { GroupNorm(4), [64, 16, 100] },
        { BatchNorm(), [40, 33, 50] },
        { BatchNorm(), [300, 257] },
        { Dropout(0.3), [70_003] },
        { Embedding(50, 40), [100, 30] },
        { LearnedPositions(), [20, 64, 32] },
    };

    [Theory]
    [MemberData(nameof(Layers))]
    public void Threads_do_not_change_a_bit(Layer layer, Shape batched)
    {
        var shape = LanguageExt.Prelude.Seq1(batched.Rank == 1 ? Shape.Scalar : batched.Example);
        float[] numbers = new float[batched.Size];
        new Key(5).Normal<float>(numbers);
        if (layer is EmbeddingLayer) numbers = [.. numbers.Select(v => MathF.Abs(MathF.Round(10 * v)) % 50)];
        var x = Tensor.From(batched, numbers);
        Tensors<float> w = [.. layer.Parameters(shape).Select((entry, i) => new Key((ulong)i).Normal(entry.Shape).To<double, float>())];
        Tensors<float> state = [.. layer.States(shape).Select(entry => Tensor.Filled(entry.Shape, 1f))];
        int before = Workers.Count;
        try
        {
            Workers.Count = 1;
            var alone = Run();
            Workers.Count = 4;
            Assert.Equal(alone, Run());
        }
        finally
        {
            Workers.Count = before;
        }

        Tensors<float> Run()
        {
            var function = layer.At<float>();
            var forward = function.Forward(new ForwardCall<float>(x, w, state, Mode.Train, new Key(9)));
            var dy = forward.Outputs[0].Map(y => MathF.Sin(7 * y));
            var back = function.Backward(new BackwardCall<float>(dy, forward.Saved, w, Mode.Train, new Key(9)));
            return forward.Outputs.Append(forward.State).Append(back.Inputs).Append(back.Parameters);
        }
    }

    [Fact]
    public void Vectors_of_floats_agree_with_doubles()
    {
        foreach (var (layer, batched) in new (Layer, Shape)[] { (LayerNorm(), [5, 37]), (RmsNorm(), [5, 37]), (GroupNorm(2), [3, 4, 37]), (BatchNorm(), [9, 37]), (BatchNorm(), [5, 3, 37]) })
        {
            var shape = LanguageExt.Prelude.Seq1(batched.Example);
            var x = new Key(5).Normal(batched);
            var dy = new Key(6).Normal(batched);
            Tensors<double> w = [.. layer.Parameters(shape).Select((entry, i) => new Key((ulong)i).Normal(entry.Shape))];
            var (wide, narrow) = (Run(x, dy, w), Run(x.To<double, float>(), dy.To<double, float>(), [.. w.Select(tensor => tensor.To<double, float>())]));
            for (int i = 0; i < wide.Count; i++) Near(wide[i], narrow[i].To<float, double>(), 3e-6);

            Tensors<T> Run<T>(Tensor<T> x, Tensor<T> dy, Tensors<T> w) where T : struct, System.Numerics.IFloatingPointIeee754<T>
            {
                Tensors<T> state = [.. layer.States(shape).Select(entry => Tensor.Filled(entry.Shape, T.One))];
                var function = layer.At<T>();
                var forward = function.Forward(new ForwardCall<T>(x, w, state, Mode.Train));
                var back = function.Backward(new BackwardCall<T>(dy, forward.Saved, w, Mode.Train));
                return forward.Outputs.Append(forward.State).Append(back.Inputs).Append(back.Parameters);
            }
        }
    }

    [Fact]
    public void Settings_that_make_no_sense_are_said()
    {
        Assert.Contains("3 groups for 4 channels", Network.Of([4, 2], GroupNorm(3)).Faults());
        Assert.Contains("momentum 2", Network.Of([4], BatchNorm(2)).Faults());
        Assert.Contains("epsilon 0", Network.Of([4], LayerNorm(0)).Faults());
        Assert.Contains("rate 1.5", Network.Of([4], Dropout(1.5)).Faults());
    }
}
