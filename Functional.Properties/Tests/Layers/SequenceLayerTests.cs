using Functional.Core;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Properties.Tests.Given;

namespace Functional.Properties.Tests;

/// <summary>Embeddings, positions and dropout by what they promise.</summary>
public class SequenceLayerTests
{
    [Fact]
    public void Rows_are_read_by_number_and_their_gradients_add_up()
    {
        var w = Tensor.From<double>([3, 2], 1, 2, 3, 4, 5, 6);
        var x = Tensor.From<double>([2, 2], 2, 0, 2, 7);
        var y = Embedding(3, 2).Run<double>(x, w)[0];
        Assert.Equal(Tensor.From<double>([2, 2, 2], 5, 6, 1, 2, 5, 6, double.NaN, double.NaN), y);
        var back = Embedding(3, 2).Back<double>(x, Tensor.From<double>([2, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8), w);
        Assert.Equal(Tensor.From<double>([3, 2], 3, 4, 0, 0, 6, 8), back.Parameters[0]);
        Assert.Equal(Tensor.Zeros<double>([2, 2]), back.Inputs[0]);
    }

    [Fact]
    public void Waves_are_those_of_the_formula()
    {
        var y = SinusoidalPositions().Run<double>(Tensor.Zeros<double>([1, 3, 4]))[0];
        Assert.Equal([0, 1, 0, 1], y.ToArray()[..4]);
        Assert.Equal(Math.Sin(2), y[0, 2, 0], 1e-15);
        Assert.Equal(Math.Cos(2), y[0, 2, 1], 1e-15);
        Assert.Equal(Math.Sin(2 / 100.0), y[0, 2, 2], 1e-15);
    }

    [Fact]
    public void Turns_are_those_of_the_formula()
    {
        var y = RotaryPositions(100).Run<double>(Tensor.Build<double>([1, 3, 4], at => at[2] % 2 == 0 ? 1 : 0))[0];
        for (int t = 0; t < 3; t++)
            for (int pair = 0; pair < 2; pair++)
            {
                double angle = t * Math.Pow(100, -2.0 * pair / 4);
                Assert.Equal(Math.Cos(angle), y[0, t, 2 * pair], 1e-15);
                Assert.Equal(Math.Sin(angle), y[0, t, 2 * pair + 1], 1e-15);
            }
    }

    [Fact]
    public void Products_of_turned_vectors_depend_on_their_distance_alone()
    {
        var (q, k) = (new Key(1).Normal([1, 1, 6]), new Key(2).Normal([1, 1, 6]));
        Tensor<double> Everywhere(Tensor<double> v) => RotaryPositions().Run<double>(Tensor.Build<double>([1, 9, 6], index => v[0, 0, index[2]]))[0];
        var (qs, ks) = (Everywhere(q), Everywhere(k));
        double Product(int s, int t) => Sum(6, i => qs[0, s, i] * ks[0, t, i]);
        Assert.Equal(Product(0, 2), Product(6, 8), 1e-13);
        Assert.Equal(Product(5, 1), Product(7, 3), 1e-13);
        Assert.NotEqual(Product(0, 2), Product(0, 3), 1e-3);
        Assert.Equal(Sum(6, i => q[0, 0, i] * q[0, 0, i]), Sum(6, i => qs[0, 8, i] * qs[0, 8, i]), 1e-13);
    }

    [Fact]
    public void Dropout_keeps_the_mean_drops_its_share_and_follows_its_key()
    {
        const int Size = 200_000;
        var ones = Tensor.Filled([Size], 1f);
        Tensor<float> Run(double rate, ulong key, Mode mode = Mode.Train) =>
            Dropout(rate).At<float>().Forward(new ForwardCall<float>(ones, default, default, mode, new Key(key))).Outputs[0];
        foreach (double rate in new[] { 0.1, 0.5, 0.9 })
        {
            float[] y = Run(rate, 1).ToArray();
            double dropped = y.Count(v => v == 0) / (double)Size;
            // Six standard deviations.
            Assert.InRange(dropped, rate - 6 * Math.Sqrt(rate * (1 - rate) / Size), rate + 6 * Math.Sqrt(rate * (1 - rate) / Size));
            Assert.All(y, v => Assert.True(v == 0 || v == (float)(1 / (1 - rate))));
        }
        Assert.Equal(Run(0.5, 1), Run(0.5, 1));
        Assert.NotEqual(Run(0.5, 1), Run(0.5, 2));
        Assert.Equal(ones, Run(0.5, 1, Mode.Inference));
        Assert.Equal(ones, Run(0, 1));
        Assert.Equal(Tensor.Zeros<float>([Size]), Run(1, 1));
    }
}
