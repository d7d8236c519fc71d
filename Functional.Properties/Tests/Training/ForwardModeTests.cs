using Functional.Core;
using LanguageExt;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Core.Losses;

namespace Functional.Properties.Tests;

/// <summary>Forward mode, second order, Jacobians and per-example gradients against the laws in their doc comments.</summary>
public class ForwardModeTests
{
    private static readonly Network s_network = (
        from x in Input(3)
        from y in Input(2)
        from h in (Dense(4) >> Tanh).On(x)
        from g in (Dense(4) >> Sigmoid).On(y)
        from m in Multiply(h, g)
        from z in Dense(m, 2)
        from skip in Add(z, y)
        select (z, skip)).Build().ToFin().ThrowIfFail();

    private static readonly Objective s_objective = Objective.Of(s_network, SoftmaxLogLoss(Reduction.Sum), EuclideanLoss()).ToFin().ThrowIfFail();

    public static TheoryData<int> Seeds => Given.Seeds(10);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Jvp_is_adjoint_to_the_pullback_and_keeps_the_outputs(int seed)
    {
        var (w, x, _, key) = Point(seed);
        var direction = Random(key.For("v"), w);
        var tangents = Probe.Draw(key.For("dx"), x);
        var jvp = s_network.Jvp(w, x, tangents, direction).ThrowIfFail();
        var pullback = s_network.Pullback(w, x).ThrowIfFail();
        var u = Probe.Draw(key.For("u"), jvp.Outputs);
        var (dx, dw) = pullback.Back(u);
        var (left, scale) = Probe.Dot(jvp.Tangents, u);
        double right = Probe.Dot(dx, tangents).Sum + Probe.Dot(dw.Values, direction.Values).Sum;
        Close(pullback.Outputs, jvp.Outputs, 1e-14);
        Assert.Equal(left, right, 1e-11 * scale);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Rows_of_the_Jacobian_are_pullbacks_of_unit_vectors(int seed)
    {
        var (w, x, _, _) = Point(seed);
        var jacobian = s_network.Jacobian(w, x).ThrowIfFail();
        var pullback = s_network.Pullback(w, x).ThrowIfFail();
        Assert.Equal([pullback.Outputs.Sum(y => y.Size), x.Sum(input => input.Size)], jacobian.Inputs.Shape);
        int row = 0;
        foreach (int output in new[] { 0, 1 })
            for (int element = 0; element < pullback.Outputs[output].Size; element++, row++)
            {
                var (dx, dw) = pullback.Back([.. pullback.Outputs.Select((y, i) => i == output ? Unit(y.Shape, element) : Tensor.Zeros<double>(y.Shape))]);
                double[] expected = [.. dx.SelectMany(tensor => tensor.ToArray())];
                Close(Tensor.From<double>(expected), jacobian.Inputs.Example(row), 1e-12);
                Close(dw.Values, jacobian.Parameters.Example(row), 1e-12);
            }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Hvp_is_the_difference_of_gradients(int seed)
    {
        var (w, x, t, key) = Point(seed);
        var v = Random(key.For("v"), w);
        var product = s_objective.Hvp(w, v, x, t).ThrowIfFail();
        Close(Gradient(w), product.Gradient.Values, 1e-13);
        // Central differences at two steps, extrapolated: what is left is of the order of h⁴.
        Tensor<double> Difference(double h) => Probe.Combine(Gradient(Shift(w, v, h)), Gradient(Shift(w, v, -h)), (a, b) => (a - b) / (2 * h));
        Close(Probe.Combine(Difference(1e-3), Difference(5e-4), (wide, near) => near + (near - wide) / 3), product.Product.Values, 1e-8);

        Tensor<double> Gradient(Parameters<double> at) => s_objective.Gradient(at, x, t).ThrowIfFail().Values;
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_Hessian_is_symmetric_and_multiplies_like_Hvp(int seed)
    {
        var (w, x, t, key) = Point(seed);
        var hessian = s_objective.Hessian(w, x, t).ThrowIfFail();
        int n = w.Layout.Size;
        Assert.Equal([n, n], hessian.Shape);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++) Assert.Equal(hessian[i, j], hessian[j, i], 1e-12 * (1 + Math.Abs(hessian[i, j])));
        var v = Random(key.For("v"), w);
        var product = Tensor.Build<double>([n], index =>
        {
            double sum = 0;
            for (int j = 0; j < n; j++) sum += hessian[index[0], j] * v.Values.Span[j];
            return sum;
        });
        Close(product, s_objective.Hvp(w, v, x, t).ThrowIfFail().Product.Values, 1e-12);
        Assert.Contains(hessian.ToArray(), entry => Math.Abs(entry) > 1e-3);
    }

    [Fact]
    public void The_Hessian_of_least_squares_on_a_line_is_known()
    {
        // E = ½ Σ (w x + b − t)²: the second derivatives are Σ x², Σ x and n, wherever w and b are.
        var network = (Input(1) >> Dense(1)).Build().ToFin().ThrowIfFail();
        var objective = Objective.Of(network, EuclideanLoss(Reduction.Sum)).ToFin().ThrowIfFail();
        var x = Tensor.From(new double[,] { { 1 }, { 2 }, { 4 } });
        var hessian = objective.Hessian(network.Initialize<double>(new Key(5)), x, x).ThrowIfFail();
        Assert.Equal([21.0, 7, 7, 3], hessian.ToArray());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_gradients_of_the_examples_add_up_to_that_of_the_batch(int seed)
    {
        var (w, x, t, _) = Point(seed);
        foreach (var reduction in new[] { Reduction.Sum, Reduction.Mean })
        {
            var objective = Objective.Of(s_network, SoftmaxLogLoss(reduction), EuclideanLoss(reduction)).ToFin().ThrowIfFail();
            var each = objective.PerExampleGradients(w, x, t).ThrowIfFail();
            var sum = each.Map(gradient => gradient.Values).Reduce((a, b) => a.Plus(b));
            Assert.Equal(x[0].Batch, each.Count);
            Close(sum.Map(entry => reduction == Reduction.Sum ? entry : entry / each.Count), objective.Gradient(w, x, t).ThrowIfFail().Values, 1e-12);
            var alone = objective.Gradient(w, [.. x.Select(input => input.Slice(0, 1))], [.. t.Select(target => target.Slice(0, 1))]).ThrowIfFail();
            Close(alone.Values, each[0].Values, 1e-12);
        }
    }

    [Fact]
    public void What_does_not_fit_is_a_fault_that_says_so()
    {
        var (w, x, t, _) = Point(0);
        var other = (Input(1) >> Dense(1)).Build().ToFin().ThrowIfFail().Initialize<double>(new Key(1));
        Assert.Contains("another network", Message(s_network.Jvp(w, x, direction: other)), StringComparison.Ordinal);
        Assert.Contains("another network", Message(s_network.Jacobian(other, x)), StringComparison.Ordinal);
        Assert.Contains("another network", Message(s_objective.Hvp(w, other, x, t)), StringComparison.Ordinal);
        Assert.Contains("another network", Message(s_objective.Hessian(other, x, t)), StringComparison.Ordinal);
        Assert.Contains("input tangents: got tensors of shapes [3, 3], needed those of the values, [3, 3], [3, 2]", Message(s_network.Jvp(w, x, x[0])), StringComparison.Ordinal);
        Assert.Contains("got 1 tensors, needed 4", Message(s_objective.PerExampleGradients(w, x[0], default)), StringComparison.Ordinal);
        Assert.Contains("got no inputs", Message(Dense(2).Jvp(new ForwardCall<double>())), StringComparison.Ordinal);
        Assert.Contains("weight [2, 3], bias [2]", Message(Dense(2).Jacobian(new ForwardCall<double>(x[0]))), StringComparison.Ordinal);
    }

    private static string Message<A>(Fin<A> fin) => fin.Match(_ => "", error => error.Message);

    private static (Parameters<double> W, Tensors<double> X, Tensors<double> T, Key Key) Point(int seed)
    {
        var key = new Key((ulong)seed).For("forward mode");
        var w = s_network.Initialize<double>(key);
        return (w, [Probe.Draw(key.For("x"), [3, 3]), Probe.Draw(key.For("y"), [3, 2])],
            [CaseMaker.Values(key.For("t"), [3, 2], ValueFamily.Normal, ValueKind.Distribution), Probe.Draw(key.For("s"), [3, 2])], key);
    }

    private static Parameters<double> Random(Key key, Parameters<double> like) => new(like.Layout, Probe.Draw(key, like.Values.Shape));

    private static Parameters<double> Shift(Parameters<double> w, Parameters<double> v, double h) =>
        new(w.Layout, Probe.Combine(w.Values, v.Values, (a, b) => a + h * b));

    private static Tensor<double> Unit(Shape shape, int element)
    {
        double[] numbers = new double[shape.Size];
        numbers[element] = 1;
        return Tensor.From<double>(shape, numbers);
    }

    private static void Close(Tensors<double> expected, Tensors<double> actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int t = 0; t < expected.Count; t++)
        {
            Assert.Equal(expected[t].Shape, actual[t].Shape);
            for (int i = 0; i < expected[t].Size; i++)
                Assert.Equal(expected[t].Span[i], actual[t].Span[i], tolerance * (1 + Math.Abs(expected[t].Span[i])));
        }
    }
}
