using Functional.Core;
using Xunit;

namespace Functional.Properties.Tests;

public class TensorTests
{
    private static readonly Tensor<float> s_matrix = Tensor.From<float>([2, 3], 1, 2, 3, 4, 5, 6);

    [Fact]
    public void It_is_made_from_arrays_spans_nested_collections_and_functions()
    {
        Assert.Equal(s_matrix, Tensor.From(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }));
        Assert.Equal(s_matrix, Tensor.From<float>([[1, 2, 3], new List<float> { 4, 5, 6 }]));
        Assert.Equal(s_matrix, Tensor.Build<float>([2, 3], at => 1 + 3 * at[0] + at[1]));
        Assert.Equal(s_matrix, Tensor.From<float>([2, 3], new float[] { 1, 2, 3, 4, 5, 6 }.AsSpan()));
        Assert.Equal(Shape.Scalar, Tensor.Scalar(1f).Shape);
        Assert.Contains("Row 1 has 1 elements; row 0 has 2", Assert.Throws<ArgumentException>(() => Tensor.From<float>([[1, 2], [3]])).Message);
        Assert.Contains("shape [2, 2] needs 4", Assert.Throws<ArgumentException>(() => Tensor.From<float>([2, 2], 1, 2, 3)).Message);
    }

    [Fact]
    public void It_keeps_its_own_copy()
    {
        float[] numbers = [1, 2, 3];
        var tensor = Tensor.From<float>(numbers);
        numbers[0] = 9;
        Assert.Equal(1, tensor[0]);
    }

    [Fact]
    public void Slices_examples_and_reshapes_share_memory()
    {
        Assert.True(System.Runtime.CompilerServices.Unsafe.AreSame(in s_matrix.Span[3], in s_matrix.Slice(1, 1).Span[0]));
        Assert.True(System.Runtime.CompilerServices.Unsafe.AreSame(in s_matrix.Span[3], in s_matrix.Example(1).Span[0]));
        Assert.True(System.Runtime.CompilerServices.Unsafe.AreSame(in s_matrix.Span[0], in s_matrix.Reshape([3, 2]).Span[0]));
        Assert.Equal(Tensor.From<float>([1, 3], 4, 5, 6), s_matrix.Slice(1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => s_matrix.Slice(1, 2));
        Assert.Throws<ArgumentException>(() => s_matrix.Reshape([4, 2]));
    }

    [Fact]
    public void It_is_a_tensor_span_of_the_base_library_without_a_copy()
    {
        var span = s_matrix.AsTensorSpan();
        Assert.Equal([2, 3], span.Lengths.ToArray());
        Assert.Equal(6, span[1, 2]);
        Assert.True(System.Runtime.CompilerServices.Unsafe.AreSame(in s_matrix.Span[0], in span[0, 0]));
    }

    [Fact]
    public void Equality_is_that_of_shape_and_elements()
    {
        Assert.True(s_matrix == Tensor.From<float>([2, 3], 1, 2, 3, 4, 5, 6));
        Assert.True(s_matrix != s_matrix.Reshape([3, 2]));
        Assert.True(s_matrix != s_matrix.Map(x => x + 1));
        Assert.Equal(Tensor.Scalar(float.NaN), Tensor.Scalar(float.NaN));
        Assert.Equal(s_matrix.GetHashCode(), Tensor.From<float>([2, 3], 1, 2, 3, 4, 5, 6).GetHashCode());
        Assert.True(default(Tensor<float>).IsDefault);
        Assert.Throws<InvalidOperationException>(() => default(Tensor<float>).Span.Length);
    }

    [Fact]
    public void It_reads_well()
    {
        Assert.Equal("Tensor[2, 3] [[1, 2, 3], [4, 5, 6]]", s_matrix.ToString());
        Assert.Equal("Tensor[20] [0, 1, 2, …, 17, 18, 19]", Tensor.Build<double>([20], at => at[0]).ToString());
    }

    [Fact]
    public void A_wrong_index_says_what_was_right()
    {
        Assert.Contains("needs 2", Assert.Throws<ArgumentException>(() => s_matrix[1]).Message);
        Assert.Contains("from 0 to 2", Assert.Throws<ArgumentOutOfRangeException>(() => s_matrix[0, 3]).Message);
    }

    [Fact]
    public void Shapes_are_values_and_know_what_is_wrong_with_them()
    {
        Shape shape = [2, 3];
        Assert.Equal(Shape.Of(2, 3), shape);
        Assert.Equal(6, shape.Size);
        Assert.Null(shape.Problem);
        Assert.Contains("0 or below", Shape.Of(2, 0).Problem);
        Assert.Contains("more than", Shape.Of(int.MaxValue, int.MaxValue, 4).Problem);
        Assert.Throws<OverflowException>(() => Shape.Of(100_000, 100_000).Size);
        Assert.Equal([5, 2, 3], shape.Batched(5).Sizes.ToArray());
        Assert.Equal(shape, shape.Batched(5).Example);
    }
}
