using FsCheck.Xunit;
using Functional.Core;
using Xunit;

namespace Functional.Properties.Tests;

[Properties(Arbitrary = [typeof(Small)])]
public class TensorFactoryTests
{
    [Fact]
    public void Arrays_spans_collections_and_functions_give_the_same()
    {
        var expected = Tensor.From<double>([2, 2], 1, 2, 3, 4);
        double[] array = [1, 2, 3, 4];
        Assert.Equal(expected, Tensor.From<double>([2, 2], array));
        Assert.Equal(expected, Tensor.From<double>([2, 2], array.AsSpan()));
        Assert.Equal(expected, Tensor.From(new double[,] { { 1, 2 }, { 3, 4 } }));
        Assert.Equal(expected, Tensor.From<double>([[1, 2], [3, 4]]));
        Assert.Equal(expected, Tensor.From(new List<double[]> { new double[] { 1, 2 }, new double[] { 3, 4 } }));
        Assert.Equal(expected, Tensor.From(Rows()));
        Assert.Equal(expected, Tensor.Build<double>([2, 2], index => 2 * index[0] + index[1] + 1));
        Assert.Equal(expected.Reshape([4]), Tensor.From(1.0, 2.0, 3.0, 4.0));

        static IEnumerable<IReadOnlyList<double>> Rows()
        {
            yield return [1, 2];
            yield return [3, 4];
        }
    }

    [Fact]
    public void A_large_tensor_begins_at_a_cache_line_in_a_region_or_not()
    {
        double[] numbers = new double[20_000];
        foreach (var tensor in new[]
        {
            Tensor.From(numbers), Tensor.Zeros<double>([20_001]), Region.Run(() => Tensor.From(numbers)),
            Network.Of([200], Layers.Dense(100)).Value().Initialize<double>(new Key(1)).Values,
        })
        {
            Assert.Equal(0, At(tensor) % 64);
        }
        Assert.Equal(0, Region.Run(() => At(Tensor.From(numbers)) % 64));

        static unsafe long At(Tensor<double> tensor)
        {
            fixed (double* first = tensor.Span) return (long)first;
        }
    }

    [Fact]
    public void What_it_is_made_from_may_change_afterwards()
    {
        double[] array = [1, 2];
        double[,] matrix = { { 1, 2 } };
        var (vector, rows, rectangle) = (Tensor.From(array), Tensor.From(new[] { array }), Tensor.From(matrix));
        array[0] = matrix[0, 0] = 9;
        Assert.Equal((1, 1, 1), (vector[0], rows[0, 0], rectangle[0, 0]));
        vector.ToArray()[0] = 9;
        Assert.Equal(1, vector[0]);
    }

    [Fact]
    public void Wrong_numbers_of_elements_are_named()
    {
        Assert.Contains("3 elements were given; shape [2, 2] needs 4", Assert.Throws<ArgumentException>(() => Tensor.From<double>([2, 2], 1, 2, 3)).Message);
        Assert.Contains("Row 1 has 1 elements; row 0 has 2", Assert.Throws<ArgumentException>(() => Tensor.From<double>([[1, 2], [3]])).Message);
        Assert.Throws<ArgumentException>(() => Tensor.From<double>([int.MaxValue, int.MaxValue], 1));
        Assert.Throws<OverflowException>(() => Tensor.Zeros<double>([int.MaxValue, 2]));
    }

    [Property]
    public bool Gather_picks_examples_in_order(Key key, Shape example)
    {
        var tensor = key.Normal(example.Batched(4));
        var picked = tensor.Gather([2, 0, 2]);
        return picked.Batch == 3 && picked.Example(0) == tensor.Example(2) && picked.Example(1) == tensor.Example(0) && picked.Example(2) == tensor.Example(2);
    }

    [Fact]
    public void Number_types_convert_by_rounding()
    {
        var third = Tensor.From(1.0 / 3, double.MaxValue, double.NaN);
        Assert.Equal(Tensor.From(1f / 3, float.PositiveInfinity, float.NaN), third.To<double, float>());
        Assert.Equal(third, third.To<double, double>());
    }
}
