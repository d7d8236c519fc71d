using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// What shall be done to the columns of examples, before it is fitted to any: <see cref="Fit{T}(Tensor{T})"/> takes the numbers that it needs (such as means) from a set and
/// gives a <see cref="FittedTransform"/>, which is then applied to whatever comes. A value, compared by its settings.
/// </summary>
/// <remarks>Law: what is fitted to one set does not look at another that it is applied to.</remarks>
public abstract record Transform
{
    private protected Transform() { }

    /// <summary>Fitted to a set.</summary>
    /// <param name="examples">Examples, batch first; an example's numbers are the columns.</param>
    /// <returns>The fitted transform, or what is wrong with the set and where: no examples, infinity, or a missing value (NaN) that nothing fills.</returns>
    public Fin<FittedTransform> Fit<T>(Tensor<T> examples) where T : struct, IFloatingPointIeee754<T> => Fit<T>([examples]);

    /// <summary>Fitted to a set in pieces, for sets larger than memory: read once, or once for each step of a chain, and no more than a piece is held.</summary>
    /// <param name="pieces">Examples, batch first, of one width. Read anew for each pass.</param>
    /// <returns>The fitted transform, or what is wrong with the set and where.</returns>
    public abstract Fin<FittedTransform> Fit<T>(IEnumerable<Tensor<T>> pieces) where T : struct, IFloatingPointIeee754<T>;

    /// <summary>This, then another, which is fitted to what this one gives.</summary>
    public Transform Then(Transform next) => new ThenTransform(this, next);

    /// <summary><see cref="Then"/> as an operator: <c>Transforms.FillMean &gt;&gt; Transforms.Standardise</c>.</summary>
    public static Transform operator >>(Transform first, Transform next) => first.Then(next);
}

/// <summary>y = (x − mean) / deviation, from the columns' means and standard deviations; in a column of one value only the mean is taken off.</summary>
public sealed record StandardiseTransform : Transform
{
    /// <inheritdoc/>
    public override Fin<FittedTransform> Fit<T>(IEnumerable<Tensor<T>> pieces) => ColumnTally.Of(pieces, canBeMissing: false)
        .Bind(tally => tally.Scaled(column => column.Mean, column => Math.Sqrt(column.Spread / column.Count)));
}

/// <summary>y = low + (x − min) (high − low) / (max − min), from the columns' least and greatest values; a column of one value becomes low.</summary>
/// <param name="Low">What the least value becomes.</param>
/// <param name="High">What the greatest value becomes.</param>
public sealed record MinMaxTransform(double Low, double High) : Transform
{
    /// <inheritdoc/>
    public override Fin<FittedTransform> Fit<T>(IEnumerable<Tensor<T>> pieces)
    {
        if (!(Low < High) || !double.IsFinite(High - Low)) return new Fault($"a range from {Low} to {High}", "a finite one, the first below the second", null, "transform");
        return ColumnTally.Of(pieces, canBeMissing: false).Bind(tally => tally.Scaled(Shift, Scale));

        double Scale(ColumnTally.Column column) => (column.Max - column.Min) / (High - Low);

        double Shift(ColumnTally.Column column) => column.Min - Low * (Scale(column) is > 0 and var scale ? scale : 1);
    }
}

/// <summary>The mean of a column's other values, or a constant, for every missing one (NaN).</summary>
/// <param name="Value">The constant; <c>null</c> for the mean.</param>
public sealed record FillTransform(double? Value) : Transform
{
    /// <inheritdoc/>
    public override Fin<FittedTransform> Fit<T>(IEnumerable<Tensor<T>> pieces) => ColumnTally.Of(pieces, canBeMissing: true).Bind(tally => tally.Filled(Value));
}

/// <summary>One transform after another.</summary>
/// <param name="First">Is fitted and applied first.</param>
/// <param name="Next">Is fitted to what the first gives.</param>
public sealed record ThenTransform(Transform First, Transform Next) : Transform
{
    /// <inheritdoc/>
    public override Fin<FittedTransform> Fit<T>(IEnumerable<Tensor<T>> pieces) =>
        from first in First.Fit(pieces)
        from next in Next.Fit(pieces.Select(first.Apply))
        select first.Then(next);
}

/// <summary>The transforms by name.</summary>
public static class Transforms
{
    /// <summary>Every column to mean 0 and standard deviation 1: y = (x − mean) / deviation.</summary>
    public static Transform Standardise { get; } = new StandardiseTransform();

    /// <summary>Every column from 0 to 1: y = (x − min) / (max − min).</summary>
    public static Transform MinMax { get; } = new MinMaxTransform(0, 1);

    /// <summary>The mean of a column's other values for every missing one (NaN).</summary>
    public static Transform FillMean { get; } = new FillTransform(null);

    /// <summary>Every column from one number to another.</summary>
    public static Transform MinMaxTo(double low, double high) => new MinMaxTransform(low, high);

    /// <summary>A number for every missing one (NaN).</summary>
    public static Transform FillWith(double value) => new FillTransform(value);
}
