using FsCheck;
using FsCheck.Fluent;
using Functional.Core.Kernels;
using Xunit;

namespace Functional.Properties.Tests.Kernels;

/// <summary>Where passes are cut: the pieces are all there is, each number once, and two threads meet at the same place in any pass over the same rows.</summary>
public class ChunksTests
{
    [Property]
    public bool Pieces_follow_each_other_from_the_first_number_to_the_last(PositiveInt pieces, NonNegativeInt length, PositiveInt row)
    {
        int count = length.Get * 997 % 200_000, many = 1 + pieces.Get % 50, at = 0;
        for (int i = 0; i < many; i++)
        {
            var (begin, end) = Chunks.Piece(i, many, count, 1 + row.Get % 300);
            if (begin < end && begin != at) return false;
            if (begin < end) at = end;
        }
        return at == count;
    }

    [Property]
    public bool Any_even_number_of_parts_has_its_middle_at_the_same_row(PositiveInt half, PositiveInt other, PositiveInt rows, PositiveInt width)
    {
        int parts = 2 * (1 + half.Get % 30), more = 2 * (1 + other.Get % 30), count = 48 + rows.Get * 31 % 2000, row = 700 + width.Get % 100;
        int middle = Chunks.RowStart(parts / 2, parts, count);
        return middle == Chunks.RowStart(more / 2, more, count)
            && middle % Chunks.RowUnit == 0
            && Chunks.Piece(more / 2, more, count * row, row).Begin == middle * row;
    }

    [Fact]
    public void Few_numbers_are_all_in_the_first_piece()
    {
        Assert.Equal((0, 100), Chunks.Piece(0, 6, 100, 10));
        Assert.Equal((0, 0), Chunks.Piece(5, 6, 100, 10));
    }
}
