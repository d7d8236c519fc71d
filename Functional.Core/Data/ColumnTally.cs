using System.Numerics;
using LanguageExt;

namespace Functional.Core;

/// <summary>What transforms are fitted from: count, mean, spread and ends of every column, gathered value by value.</summary>
/// <remarks>Means and spreads by B. Welford, Note on a Method for Calculating Corrected Sums of Squares and Products, 1962: a column of one value has a spread of exactly 0.</remarks>
internal sealed class ColumnTally
{
    private readonly Column[] _columns;

    private ColumnTally(int width)
    {
        _columns = new Column[width];
        _columns.AsSpan().Fill(new(0, 0, 0, double.PositiveInfinity, double.NegativeInfinity));
    }

    /// <summary>One column: how many values, their mean, Σ (x − mean)², the least and the greatest.</summary>
    public record struct Column(long Count, double Mean, double Spread, double Min, double Max);

    /// <summary>The tally of examples in pieces, or the first value that does not belong in one.</summary>
    public static Fin<ColumnTally> Of<T>(IEnumerable<Tensor<T>> pieces, bool canBeMissing) where T : struct, IFloatingPointIeee754<T>
    {
        ColumnTally? tally = null;
        long row = 0;
        foreach (var piece in pieces)
        {
            if (piece.IsDefault || piece.Shape.Rank == 0 || piece.Size == 0) return new Fault("no examples", "at least one", null, "transform");
            tally ??= new(piece.Shape.Example.Size);
            if (piece.Shape.Example.LongSize != tally._columns.Length)
                return new Fault($"{piece.Shape.Example.LongSize} numbers in row {row}", $"{tally._columns.Length}, as in row 0", null, "transform");
            if (tally.Add(piece.Span, row, canBeMissing) is { } fault) return fault;
            row += piece.Batch;
        }
        return tally is null ? new Fault("no examples", "at least one", null, "transform") : tally;
    }

    public Fin<FittedTransform> Scaled(Func<Column, double> shift, Func<Column, double> scale)
    {
        var fitted = new ScaledColumns(Numbers(shift), Numbers(column => scale(column) is not 0 and var given ? given : 1));
        return fitted.Problem is { } fault ? fault : fitted;
    }

    public Fin<FittedTransform> Filled(double? value)
    {
        int empty = Array.FindIndex(_columns, column => column.Count == 0);
        if (empty >= 0 && value is null) return new Fault($"no value at all in column {empty}", "at least one to take the mean of", "leave the column out, or fill it with a number", "transform");
        var fitted = new FilledColumns(Numbers(column => value ?? column.Mean));
        return fitted.Problem is { } fault ? fault : fitted;
    }

    private Tensor<double> Numbers(Func<Column, double> of) => new([.. _columns.Select(of)], 0, [_columns.Length]);

    private Fault? Add<T>(ReadOnlySpan<T> numbers, long row, bool canBeMissing) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            double value = double.CreateSaturating(numbers[i]);
            ref var column = ref _columns[i % _columns.Length];
            if (double.IsNaN(value) && canBeMissing) continue;
            if (!double.IsFinite(value))
                return new Fault(
                    $"{value} in row {row + i / _columns.Length}, column {i % _columns.Length}", "a finite number",
                    double.IsNaN(value) ? "missing values are filled first: Transforms.FillMean >> …" : null, "transform");
            column.Count++;
            double apart = value - column.Mean;
            column.Mean += apart / column.Count;
            column.Spread += apart * (value - column.Mean);
            column.Min = Math.Min(column.Min, value);
            column.Max = Math.Max(column.Max, value);
        }
        return null;
    }
}
