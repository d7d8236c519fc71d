using FsCheck.Xunit;
using Functional.Core;
using Xunit;

namespace Functional.Properties.Tests;

[Properties(Arbitrary = [typeof(Small)])]
public class TensorProperties
{
    [Property]
    public bool Elements_are_row_major(Shape shape)
    {
        int count = 0;
        var tensor = Tensor.Build<double>(shape, _ => count++);
        for (int place = 0; place < tensor.Size; place++)
        {
            int[] index = new int[shape.Rank];
            for (int axis = shape.Rank - 1, rest = place; axis >= 0; rest /= shape[axis], axis--) index[axis] = rest % shape[axis];
            if (tensor[index] != place || tensor.Span[place] != place) return false;
        }
        return count == shape.Size;
    }

    [Property]
    public bool Equality_is_that_of_shape_and_elements(Key key, Shape shape, Dims dims)
    {
        var (a, b) = (key.Normal(shape), key.Normal(shape));
        int place = dims.Batch % a.Size;
        var other = a.Map(x => x);
        var changed = Tensor.From<double>(shape, [.. a.ToArray().Select((x, i) => i == place ? x + 1 : x)]);
        return a == b && a.GetHashCode() == b.GetHashCode() && a.Equals((object)other) && a != changed && a != a.Reshape(shape.Then([1]));
    }

    [Fact]
    public void NaN_equals_itself_and_both_zeros_are_equal()
    {
        Assert.Equal(Tensor.From(double.NaN, 0.0), Tensor.From(double.NaN, -0.0));
        Assert.Equal(Tensor.From(double.NaN, 0.0).GetHashCode(), Tensor.From(double.NaN, -0.0).GetHashCode());
    }

    [Fact]
    public void No_tensor_equals_no_tensor_only()
    {
        Tensor<float> none = default;
        Assert.True(none.IsDefault);
        Assert.True(none == default && none != Tensor.Scalar(0f) && Tensor.Scalar(0f) != none);
        Assert.Equal("(no tensor)", none.ToString());
        Assert.Contains("default(Tensor)", Assert.Throws<InvalidOperationException>(() => none.Span.Length).Message);
    }

    [Property]
    public bool Slices_and_reshapes_share_memory(Key key, Shape example, Dims dims)
    {
        var tensor = key.Normal(example.Batched(dims.Batch + 2));
        var slice = tensor.Slice(1, dims.Batch);
        var flat = slice.Reshape([slice.Size]);
        return slice.Shape == example.Batched(dims.Batch)
            && slice.Span == tensor.Span.Slice(example.Size, slice.Size)
            && flat.Span == slice.Span
            && tensor.Example(1).Shape == example
            && tensor.Example(1).Span == tensor.Span.Slice(example.Size, example.Size)
            && flat.Reshape(slice.Shape) == slice;
    }

    [Property]
    public bool The_span_of_the_base_library_is_the_same_memory(Key key, Shape example, Dims dims)
    {
        var tensor = key.Normal(example.Batched(dims.Batch)).Slice(dims.Batch - 1, 1);
        var view = tensor.AsTensorSpan();
        Span<nint> last = [.. tensor.Shape.Sizes.Select(size => (nint)size - 1)];
        return view.Rank == tensor.Shape.Rank && view.FlattenedLength == tensor.Size
            && System.Runtime.CompilerServices.Unsafe.AreSame(in tensor.Span[^1], in view[last]);
    }

    [Fact]
    public void A_number_as_a_span_of_the_base_library()
    {
        var view = Tensor.Scalar(7.0).AsTensorSpan();
        Assert.Equal((1, 7.0), (view.FlattenedLength, view[0]));
    }

    [Fact]
    public void Indices_outside_are_named()
    {
        var tensor = Tensor.Zeros<double>([2, 3]);
        Assert.Equal("Index 3 on axis 1 of [2, 3] must be from 0 to 2.", Assert.Throws<ArgumentOutOfRangeException>(() => tensor[1, 3]).Message.Split(" (")[0]);
        Assert.Contains("Index -1 on axis 0", Assert.Throws<ArgumentOutOfRangeException>(() => tensor[-1, 0]).Message);
        Assert.Contains("has 1 numbers; a tensor of shape [2, 3] needs 2", Assert.Throws<ArgumentException>(() => tensor[1]).Message);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(1, 2)]
    [InlineData(3, 0)]
    [InlineData(1, int.MaxValue)]
    public void Slices_outside_are_named(int start, int count) =>
        Assert.Contains($"A slice of {count} from {start}", Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Zeros<double>([2, 3]).Slice(start, count)).Message);

    [Fact]
    public void A_slice_may_be_empty() => Assert.Equal(0, Tensor.Zeros<double>([2, 3]).Slice(2, 0).Size);

    [Fact]
    public void A_number_has_no_examples() =>
        Assert.Contains("no batch", Assert.Throws<InvalidOperationException>(() => Tensor.Scalar(1.0).Slice(0, 1)).Message);

    [Fact]
    public void A_reshape_keeps_the_number_of_elements() =>
        Assert.Contains("has 6 elements; shape [4] needs 4", Assert.Throws<ArgumentException>(() => Tensor.Zeros<double>([2, 3]).Reshape([4])).Message);

    [Fact]
    public void Text_shows_shape_and_elements()
    {
        Assert.Equal("Tensor[2, 3] [[1, 2, 3], [4, 5, 6.25]]", Tensor.From<double>([2, 3], 1, 2, 3, 4, 5, 6.25).ToString());
        Assert.Equal("Tensor[] 0.5", Tensor.Scalar(0.5f).ToString());
        Assert.Equal("Tensor[10] [0, 1, 2, …, 7, 8, 9]", Tensor.Build<float>([10], index => index[0]).ToString());
        Assert.Equal("Tensor[7] [0, 1, 2, 3, 4, 5, 6]", Tensor.Build<float>([7], index => index[0]).ToString());
        Assert.Equal("Tensor[0, 2] []", Tensor.Zeros<float>([0, 2]).ToString());
    }

    [Fact]
    public void A_list_of_tensors_is_a_value()
    {
        Tensor<double> a = Tensor.From(1.0), b = Tensor.From(2.0), c = Tensor.From(3.0), d = Tensor.From(4.0);
        Tensors<double> all = [a, b, c, d];
        Assert.Equal(4, all.Count);
        Assert.Equal([a, b, c, d], (IEnumerable<Tensor<double>>)all);
        Assert.Equal(all.GetHashCode(), new[] { a, b }.Aggregate(default(Tensors<double>), (list, next) => list.Append(next)).Append([c, d]).GetHashCode());
        Assert.True(all == ((Tensors<double>)a).Append([b, c, d]) && all != [a, b, c] && all != [a, b, d, c]);
        Assert.True(all.Slice(1, 3) == [b, c, d] && all.Slice(4, 0).Count == 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => all[4]);
        Assert.Throws<ArgumentOutOfRangeException>(() => all[-1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => default(Tensors<double>)[0]);
    }
}
