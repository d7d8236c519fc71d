using FsCheck.Xunit;
using Functional.Core;
using LanguageExt;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests;

/// <summary>Layers that only join, part and rearrange.</summary>
[Properties(Arbitrary = [typeof(Small)])]
public class WiringTests
{
    [Property]
    public bool Sums_differences_and_products_are_elementwise(Key key, Shape example, Dims dims)
    {
        Tensor<double> Draw(ulong i) => key.Split(i).Normal(example.Batched(dims.Batch));
        var (a, b, c, dy) = (Draw(0), Draw(1), Draw(2), Draw(3));
        Tensor<double> Zip(Tensor<double> x, Tensor<double> y, Func<double, double, double> f) => Tensor.From<double>(x.Shape, [.. x.ToArray().Zip(y.ToArray(), f)]);
        return Add().Run<double>([a, b, c])[0] == Zip(Zip(a, b, (x, y) => x + y), c, (x, y) => x + y)
            && Add().Back<double>([a, b, c], dy).Inputs == [dy, dy, dy]
            && Subtract().Run<double>([a, b])[0] == Zip(a, b, (x, y) => x - y)
            && Subtract().Back<double>([a, b], dy).Inputs == [dy, dy.Map(x => -x)]
            && Multiply().Run<double>([a, b])[0] == Zip(a, b, (x, y) => x * y)
            && Multiply().Back<double>([a, b], dy).Inputs == [Zip(dy, b, (x, y) => x * y), Zip(dy, a, (x, y) => x * y)];
    }

    [Property]
    public void Concat_lays_inputs_side_by_side_along_any_axis(Key key, Dims dims)
    {
        for (int axis = -3; axis < 3; axis++)
        {
            int at = axis < 0 ? axis + 3 : axis;
            Shape whole = [2, 3, 2];
            Shape first = whole.With(at, dims.In), second = whole.With(at, dims.Out);
            var (a, b) = (key.Normal(first.Batched(dims.Batch)), key.Split(1).Normal(second.Batched(dims.Batch)));
            var y = Concat(axis).Run<double>([a, b])[0];
            var promised = Concat(axis).Outputs(LanguageExt.Prelude.Seq(first, second)).Value()[0];
            Assert.Equal(promised.Batched(dims.Batch), y.Shape);
            Assert.Equal(whole.With(at, dims.In + dims.Out), promised);
            var expected = Tensor.Build<double>(y.Shape, index =>
            {
                int[] place = index.ToArray();
                if (place[at + 1] < dims.In) return a[place];
                place[at + 1] -= dims.In;
                return b[place];
            });
            Assert.Equal(expected, y);
            // Backward parts what forward joined, as split does, and the other way round.
            Assert.Equal([a, b], (IEnumerable<Tensor<double>>)Concat(axis).Back<double>([a, b], y).Inputs);
            Assert.Equal([a, b], (IEnumerable<Tensor<double>>)SplitAlong(axis, dims.In, dims.Out).Run<double>(y));
            Assert.Equal(y, SplitAlong(axis, dims.In, dims.Out).Back<double>(y, [a, b]).Inputs[0]);
        }
    }

    [Property]
    public bool Flatten_and_reshape_keep_the_elements(Key key, Shape example, Dims dims)
    {
        var x = key.Normal(example.Batched(dims.Batch));
        var flat = Flatten().Run<double>(x)[0];
        Shape other = [1, example.Size];
        return flat.Shape == Shape.Of(dims.Batch, example.Size) && flat.Span == x.Span
            && Flatten().Back<double>(x, flat).Inputs[0] == x
            && Reshape(other).Run<double>(x)[0].Shape == other.Batched(dims.Batch)
            && Reshape(other).Back<double>(x, flat.Reshape(other.Batched(dims.Batch))).Inputs[0] == x;
    }

    [Property]
    public void Residual_adds_its_input(Key key, Dims dims)
    {
        var layer = Residual(Dense(dims.In) >> Tanh);
        var x = key.Normal([dims.Batch, dims.In]);
        Tensors<double> parameters = [key.Split(1).Normal([dims.In, dims.In]), key.Split(2).Normal([dims.In])];
        var dy = key.Split(3).Normal(x.Shape);
        var inner = Dense(dims.In) >> Tanh;
        Assert.Equal(x.Plus(inner.Run<double>(x, parameters)[0]), layer.Run<double>(x, parameters)[0]);
        var (back, innerBack) = (layer.Back<double>(x, dy, parameters), inner.Back<double>(x, dy, parameters));
        Given.Near(dy.Plus(innerBack.Inputs[0]), back.Inputs[0]);
        Assert.Equal(innerBack.Parameters, back.Parameters);
    }
}
