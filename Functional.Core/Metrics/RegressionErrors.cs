using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>What one column of predictions is measured by.</summary>
/// <param name="Count">The number of examples.</param>
/// <param name="Absolute">Σ |y − t|.</param>
/// <param name="Squared">Σ (y − t)².</param>
/// <param name="Mean">The mean of t.</param>
/// <param name="Spread">Σ (t − mean)².</param>
public readonly record struct ColumnErrors(long Count, double Absolute, double Squared, double Mean, double Spread)
{
    /// <summary>1 − Σ (y − t)² / Σ (t − mean)²; where all t are equal, 1 without errors and else 0, as in scikit-learn.</summary>
    public double RSquared => Spread > 0 ? 1 - Squared / Spread : Squared == 0 ? 1 : 0;

    /// <summary>Both together: spreads by the update of pairs of T. Chan, G. Golub and R. LeVeque, 1979.</summary>
    public static ColumnErrors operator +(ColumnErrors left, ColumnErrors right)
    {
        if (left.Count == 0) return right;
        if (right.Count == 0) return left;
        long count = left.Count + right.Count;
        double apart = right.Mean - left.Mean;
        return new(
            count, left.Absolute + right.Absolute, left.Squared + right.Squared, left.Mean + apart * right.Count / count,
            left.Spread + right.Spread + apart * apart * left.Count * right.Count / count);
    }
}

/// <summary>The errors of predicted numbers, column by column: a monoid under addition, up to rounding.</summary>
/// <param name="Columns">A column each.</param>
public sealed record RegressionErrors(Seq<ColumnErrors> Columns) : ITally<RegressionErrors>
{
    /// <summary>No examples.</summary>
    public static RegressionErrors AdditiveIdentity { get; } = new(Seq<ColumnErrors>());

    /// <summary>Mean |y − t|, over all columns.</summary>
    public double MeanAbsolute => Columns.Sum(column => column.Absolute) / Columns.Sum(column => column.Count);

    /// <summary>√(mean (y − t)²), over all columns together.</summary>
    public double RootMeanSquared => Math.Sqrt(Columns.Sum(column => column.Squared) / Columns.Sum(column => column.Count));

    /// <summary>R², the mean over columns.</summary>
    public double RSquared => Columns.IsEmpty ? double.NaN : Columns.Average(column => column.RSquared);

    /// <summary>From predictions and targets, <c>[batch, …]</c>.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static RegressionErrors Of<T>(Tensor<T> predictions, Tensor<T> targets) where T : struct, IFloatingPointIeee754<T>
    {
        int width = Share.Width(predictions, targets);
        var columns = new ColumnErrors[width];
        for (int i = 0; i < predictions.Size; i++)
        {
            double t = double.CreateChecked(targets.Span[i]), error = double.CreateChecked(predictions.Span[i]) - t;
            columns[i % width] += new ColumnErrors(1, Math.Abs(error), error * error, t, 0);
        }
        return new(toSeq(columns).Strict());
    }

    /// <summary>The errors of both.</summary>
    /// <exception cref="ArgumentException">They have different numbers of columns.</exception>
    public static RegressionErrors operator +(RegressionErrors left, RegressionErrors right) =>
        left.Columns.IsEmpty ? right
        : right.Columns.IsEmpty ? left
        : left.Columns.Count == right.Columns.Count ? new(toSeq(left.Columns.Select((column, i) => column + right.Columns[i])).Strict())
        : throw new ArgumentException($"Errors of {left.Columns.Count} and of {right.Columns.Count} columns do not add up.", nameof(right));
}
