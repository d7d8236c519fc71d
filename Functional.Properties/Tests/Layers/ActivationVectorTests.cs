using System.Numerics;
using Functional.Core;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests;

/// <summary>
/// The vector forms of the activations, which <c>float</c> takes, and <c>double</c> for its slopes, against their scalar definitions, which dual
/// numbers run.
/// </summary>
public class ActivationVectorTests
{
    public static TheoryData<Layer> Activations =>
        [LeakyRelu(), LeakyRelu(0.3), Elu(), Elu(0.7), Selu(), Gelu(), GeluTanh(), Silu(), Softplus(), Softsign(), HardSigmoid(), HardSwish(), Sigmoid(), Tanh(), Relu()];

    private static readonly double[] s_points =
        [.. Enumerable.Range(-400, 801).Select(i => i / 20.0), -1000, -300, -104, -88, -30.5, -1e-4, -1e-10, -1e-30, -0.0, 1e-30, 1e-10, 1e-4, 88, 300, 1000, 1e30, -1e30];

    [Theory]
    [MemberData(nameof(Activations))]
    public void Float_and_double_agree_with_the_definition(Layer layer)
    {
        float[] x = [.. s_points.Select(point => (float)point)];
        var single = Tensor.From([1, x.Length], x);
        var wide = single.To<float, double>();
        var ones = Tensor.Filled(wide.Shape, 1.0);
        Tensor<double> y = layer.Run<Dual<double>>(wide.Moving())[0].Values(), slope = layer.Back<Dual<double>>(wide.Moving(), ones.Moving()).Inputs[0].Values();
        // Far out the smallest values are e^(−u) of a large u, whose rounding they multiply.
        Close(y, layer.Run<float>(single)[0].To<float, double>(), $"{layer} value in float", relative: 6e-6, absolute: 1e-30);
        Close(slope, layer.Back<float>(single, ones.To<double, float>()).Inputs[0].To<float, double>(), $"{layer} slope in float", relative: 3e-6, absolute: 2e-6);
        Close(y, layer.Run<double>(wide)[0], $"{layer} value in double", relative: 1e-13, absolute: 1e-300);
        Close(slope, layer.Back<double>(wide, ones).Inputs[0], $"{layer} slope in double", relative: 1e-12, absolute: 1e-14);
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void An_element_does_not_depend_on_where_it_stands(Layer layer)
    {
        var key = new Key(3);
        float[] x = new float[100];
        key.Normal<float>(x);
        var whole = layer.Run<float>(Tensor.From([1, x.Length], x))[0];
        for (int i = 0; i < x.Length; i++) Assert.Equal(whole.Span[i], layer.Run<float>(Tensor.From([1, 1], x[i]))[0].Span[0]);
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void Ends_are_limits_and_NaN_is_passed_on(Layer layer)
    {
        double[] ends = [double.NegativeInfinity, double.PositiveInfinity, double.NaN];
        var far = layer.Run<double>(Tensor.From<double>([1, 2], -1e9, 1e9))[0];
        foreach (var (y, what) in new[] { (layer.Run<double>(Tensor.From([1, 3], ends))[0], "double"), (layer.Run<float>(Tensor.From([1, 3], [.. ends.Select(x => (float)x)]))[0].To<float, double>(), "float") })
        {
            Assert.True(double.IsNaN(y.Span[2]), $"{layer} {what}");
            for (int i = 0; i < 2; i++)
                Assert.True(Math.Abs(far.Span[i]) < 1e6 ? Math.Abs(far.Span[i] - y.Span[i]) < 1e-5 : double.IsInfinity(y.Span[i]) && Math.Sign(y.Span[i]) == Math.Sign(far.Span[i]), $"{layer} {what} at {ends[i]}: {y.Span[i]}");
        }
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void A_gradient_at_an_end_does_not_depend_on_where_it_stands(Layer layer)
    {
        foreach (double end in new[] { double.NegativeInfinity, double.PositiveInfinity, 0, -1e30, 1e30 })
        {
            Same(layer.Back<double>(Tensor.Filled([1, 37], end), Tensor.Filled([1, 37], 1.0)).Inputs[0], $"{layer} at {end}");
            Same(layer.Back<float>(Tensor.Filled([1, 37], (float)end), Tensor.Filled([1, 37], 1f)).Inputs[0].To<float, double>(), $"{layer} at {end}f");
        }

        static void Same(Tensor<double> dx, string where) => Assert.True(dx.ToArray().Distinct().Count() == 1, $"{where}: {dx}");
    }

    [Fact]
    public void A_small_exponential_keeps_its_digits()
    {
        Assert.Equal(-1e-10, Elu().Run<double>(Tensor.From<double>([1, 1], -1e-10))[0].Span[0], 1e-19);
        Assert.Equal(Math.Exp(-40), Softplus().Run<double>(Tensor.From<double>([1, 1], -40))[0].Span[0], 1e-30);
    }

    [Fact]
    public void A_function_of_ones_own_needs_no_gradients_of_spans()
    {
        float[] x = [.. Enumerable.Range(0, 100).Select(i => i - 50f)];
        var (at, dy) = (Tensor.From([1, x.Length], x), Tensor.Filled<float>([1, x.Length], 3));
        Assert.Equal(x.Select(v => 6 * v), new ElementwiseLayer<Square>().Back<float>(at, dy).Inputs[0].ToArray());
    }

    private readonly record struct Square : IVectorElementwise
    {
        public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => x * x;

        public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => x + x;

        public void Values<T>(ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < x.Length; i++) y[i] = x[i] * x[i];
        }

        public Vector<T> Derivatives<T>(Vector<T> x, Vector<T> y) where T : struct, IFloatingPointIeee754<T> => x + x;
    }

    private static void Close(Tensor<double> expected, Tensor<double> actual, string what, double relative, double absolute)
    {
        for (int i = 0; i < expected.Size; i++)
        {
            double wanted = expected.Span[i], given = actual.Span[i];
            Assert.True(
                wanted.Equals(given) || Math.Abs(wanted - given) <= relative * Math.Abs(wanted) + absolute,
                $"{what} at {s_points[i]}: {wanted:R} by the definition, {given:R} given");
        }
    }
}
