using Functional.Core;
using LanguageExt;
using Xunit;

namespace Functional.Properties.Tests.Parameters;

public class LayoutTests
{
    [Fact]
    public void Long_parameters_are_stretches_of_their_own_and_what_lies_between_them_is_one()
    {
        Assert.Equal(
            [(0, 30, 1), (30, 80_000, 200), (80_030, 70_000, 700), (150_030, 105, 1)],
            Of([10], [20], [400, 200], [100, 700], [5], [10, 10]).Stretches.ToArray());
        Assert.Equal([(0, 100_000, 1)], Of([100_000]).Stretches.ToArray());
        Assert.Empty(Of().Stretches.ToArray());
    }

    [Property]
    public bool Stretches_are_the_whole_buffer_in_order(int[] sizes)
    {
        var layout = Of([.. sizes.Select(size => Shape.Of(1 + Math.Abs(size % 1000), 1 + Math.Abs(size % 337)))]);
        int at = 0;
        foreach (var (start, count, row) in layout.Stretches)
        {
            if (start != at || count <= 0 || count % row != 0) return false;
            at += count;
        }
        return at == layout.Size;
    }

    private static Layout Of(params Shape[] shapes) =>
        new(shapes.Select((shape, i) => new Parameter($"p{i}", shape, Initializer.Zeros)).ToSeq());
}
