using FsCheck.Xunit;
using Functional.Core;
using Xunit;

namespace Functional.Properties.Tests;

[Properties(Arbitrary = [typeof(Small)])]
public class ShapeTests
{
    [Property]
    public bool Size_is_the_product_of_the_sizes(Shape shape) => shape.Size == shape.Aggregate(1, (product, size) => product * size) && shape.LongSize == shape.Size;

    [Property]
    public bool Shapes_are_equal_when_their_sizes_are(Shape a, Shape b)
    {
        bool same = a.Sizes.SequenceEqual(b.Sizes);
        return a == b == same && a.Equals((object)b) == same && (!same || a.GetHashCode() == b.GetHashCode()) && a == Shape.Of([.. a.Sizes]);
    }

    [Property]
    public bool A_batch_goes_in_front_and_comes_off_again(Shape shape, Dims dims)
    {
        var batched = shape.Batched(dims.Batch);
        return batched[0] == dims.Batch && batched.Rank == shape.Rank + 1 && batched.Example == shape
            && shape.Batched(dims.In)[0] == dims.In && shape.Batched(dims.Batch) == batched;
    }

    [Property]
    public bool Then_is_associative_with_the_scalar_as_its_unit(Shape a, Shape b, Shape c) =>
        a.Then(b).Then(c) == a.Then(b.Then(c)) && a.Then(Shape.Scalar) == a && Shape.Scalar.Then(a) == a;

    [Fact]
    public void Negative_axes_count_from_the_end()
    {
        Shape shape = [2, 3, 4];
        Assert.Equal((4, 3, 2), (shape[-1], shape[-2], shape[-3]));
        Assert.Equal("[2, 3, 7]", shape.With(-1, 7).ToString());
    }

    [Fact]
    public void Shapes_asked_for_again_and_again_are_not_made_again()
    {
        static long Ask()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 1; i <= 20; i++) _ = (Shape.Of(i), Shape.Of(3, i).Batched(7), Shape.Of(i, i).With(0, 2), Shape.Of(i).Then(Shape.Of(i, 5)));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // Other tests ask for shapes too, at the same time.
        Assert.Equal(0, Enumerable.Range(0, 20).Min(_ => Ask()));
    }

    [Fact]
    public void A_shape_is_written_in_brackets() => Assert.Equal(("[2, 3]", "[]"), (Shape.Of(2, 3).ToString(), Shape.Scalar.ToString()));

    [Fact]
    public void Too_many_elements_saturate_and_are_a_problem()
    {
        Shape huge = [int.MaxValue, int.MaxValue, int.MaxValue];
        Assert.Equal(long.MaxValue, huge.LongSize);
        Assert.Contains("more than", huge.Problem);
        Assert.Throws<OverflowException>(() => huge.Size);
        Assert.Null(Shape.Of(2, 3).Problem);
        Assert.Null(Shape.Scalar.Problem);
        Assert.Equal(0, Shape.Of(int.MaxValue, int.MaxValue, int.MaxValue, 0).LongSize);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_size_of_0_or_below_is_a_problem(int size) => Assert.Equal($"[2, {size}] has a size of 0 or below", Shape.Of(2, size).Problem);

    [Fact]
    public void Two_negative_sizes_do_not_make_a_positive_number_of_elements()
    {
        Assert.Throws<OverflowException>(() => Shape.Of(-2, -3).Size);
        Assert.Throws<OverflowException>(() => Tensor.Zeros<double>([-2, -3]));
        Assert.Throws<ArgumentException>(() => Tensor.Zeros<double>([6]).Reshape([-2, -3]));
    }

    [Fact]
    public void A_scalar_has_no_batch() => Assert.Contains("no batch", Assert.Throws<InvalidOperationException>(() => Shape.Scalar.Example).Message);
}
