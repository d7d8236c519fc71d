using FsCheck.Xunit;
using Functional.Core;
using LanguageExt;
using Xunit;

namespace Functional.Properties.Tests;

/// <summary>The laws of transforms, and what each makes of numbers worked out by hand.</summary>
[Properties(Arbitrary = [typeof(Small)])]
public class TransformTests
{
    private static readonly Tensor<double> s_rows = Tensor.From<double>([3, 3], [1, 5, -2, 2, 5, 0, 6, 5, 4]);

    private static Transform[] All => [Transforms.Standardise, Transforms.MinMax, Transforms.MinMaxTo(-3, 2), Transforms.FillMean, Transforms.FillMean >> Transforms.MinMax >> Transforms.Standardise];

    [Property]
    public void What_is_undone_is_as_it_was(Key key, Dims dims)
    {
        // Columns of very different scales, one of them constant.
        var rows = Columns(key, dims);
        foreach (var transform in All)
        {
            var fitted = transform.Fit(rows).Value();
            Given.Near(rows, fitted.Undo(fitted.Apply(rows)), 1e-14);
            var singles = rows.To<double, float>();
            Given.Near(singles.To<float, double>(), fitted.Undo(fitted.Apply(singles)).To<float, double>(), 1e-6);
        }
    }

    [Property]
    public void What_is_fitted_to_one_set_does_not_look_at_another(Key key, Dims dims)
    {
        var (one, other) = (Columns(key, dims), Columns(key.For("other"), dims));
        foreach (var transform in All)
        {
            var fitted = transform.Fit(one).Value();
            var whole = fitted.Apply(other);
            for (int i = 0; i < other.Batch; i++) Assert.Equal(whole.Slice(i, 1), fitted.Apply(other.Slice(i, 1)));
            Assert.Equal(fitted, transform.Fit(one).Value());
        }
    }

    [Property]
    public void Fitting_in_pieces_gives_the_same_bits(Key key, Dims dims)
    {
        var rows = Columns(key, dims with { Batch = dims.Batch + 2 });
        foreach (var transform in All)
            Assert.Equal(transform.Fit(rows).Value(), transform.Fit<double>([rows.Slice(0, 1), rows.Slice(1, rows.Batch - 1)]).Value());
    }

    [Property]
    public void Standardised_columns_have_mean_0_and_deviation_1(Key key, Dims dims)
    {
        var rows = key.Normal([dims.Batch + 3, dims.In]);
        var changed = Transforms.Standardise.Fit(rows).Value().Apply(rows);
        for (int column = 0; column < dims.In; column++)
        {
            double[] values = [.. Enumerable.Range(0, rows.Batch).Select(row => changed[row, column])];
            Assert.Equal(0, values.Average(), 1e-12);
            Assert.Equal(1, Math.Sqrt(values.Sum(value => value * value) / values.Length), 1e-12);
        }
    }

    // By hand: means 3, 5, 2/3; variances 14/3, 0, 56/9.
    [Fact]
    public void Standardise_by_hand()
    {
        var fitted = (ScaledColumns)Transforms.Standardise.Fit(s_rows).Value();
        Given.Near(Tensor.From<double>(3, 5, 2 / 3.0), fitted.Shift);
        Given.Near(Tensor.From<double>(Math.Sqrt(14 / 3.0), 1, Math.Sqrt(56 / 9.0)), fitted.Scale);
        Assert.Equal(0, fitted.Apply(s_rows)[1, 1]);
    }

    [Fact]
    public void Min_max_by_hand()
    {
        Given.Near(Tensor.From<double>([3, 3], [0, 0, 0, 0.2, 0, 1 / 3.0, 1, 0, 1]), Transforms.MinMax.Fit(s_rows).Value().Apply(s_rows));
        Given.Near(Tensor.From<double>([3, 3], [-1, -1, -1, -0.6, -1, -1 / 3.0, 1, -1, 1]), Transforms.MinMaxTo(-1, 1).Fit(s_rows).Value().Apply(s_rows));
        Assert.Equal(2, Transforms.MinMax.Fit(s_rows).Value().Apply(Tensor.From<double>([1, 3], [11, 5, 0]))[0, 0]);
    }

    [Fact]
    public void Missing_values_get_the_mean_of_the_others_or_a_number()
    {
        var rows = Tensor.From<double>([3, 2], [1, double.NaN, double.NaN, 8, 4, double.NaN]);
        Assert.Equal(Tensor.From<double>([3, 2], [1, 8, 2.5, 8, 4, 8]), Transforms.FillMean.Fit(rows).Value().Apply(rows));
        Assert.Equal(Tensor.From<double>([3, 2], [1, -1, -1, 8, 4, -1]), Transforms.FillWith(-1).Fit(rows).Value().Apply(rows));
        var both = (Transforms.FillMean >> Transforms.Standardise).Fit(rows).Value();
        Assert.True(both.FillsMissing);
        Assert.Equal(0, both.Apply(rows)[1, 0], 1e-15);
        Assert.False(Transforms.Standardise.Fit(s_rows).Value().FillsMissing);
    }

    [Fact]
    public void Transforms_are_compared_by_value()
    {
        Assert.Equal(Transforms.FillMean >> Transforms.MinMax, Transforms.FillMean >> Transforms.MinMaxTo(0, 1));
        Assert.NotEqual(Transforms.FillMean >> Transforms.MinMax, Transforms.FillMean >> Transforms.MinMaxTo(0, 2));
        Assert.Equal(Transforms.Standardise.Fit(s_rows).Value(), Transforms.Standardise.Fit(s_rows).Value());
        Assert.NotEqual(Transforms.Standardise.Fit(s_rows).Value(), Transforms.Standardise.Fit(s_rows.Slice(1, 2)).Value());
    }

    public static TheoryData<string, Func<Fin<FittedTransform>>> Mistakes => new()
    {
        { "got NaN in row 1, column 0", () => Transforms.Standardise.Fit(Tensor.From<double>([2, 2], [1, 2, double.NaN, 3])) },
        { "missing values are filled first", () => Transforms.MinMax.Fit(Tensor.From<float>([1, 1], [float.NaN])) },
        { "got ∞ in row 0, column 1", () => Transforms.FillMean.Fit(Tensor.From<double>([1, 2], [1, double.PositiveInfinity])) },
        { "got no value at all in column 1", () => Transforms.FillMean.Fit(Tensor.From<double>([2, 2], [1, double.NaN, 2, double.NaN])) },
        { "got no examples", () => Transforms.Standardise.Fit(Array.Empty<Tensor<float>>()) },
        { "got 2 numbers in row 1, needed 3", () => Transforms.Standardise.Fit<float>([Tensor.From<float>([1, 3], [1, 2, 3]), Tensor.From<float>([1, 2], [1, 2])]) },
        { "got a range from 1 to 1", () => Transforms.MinMaxTo(1, 1).Fit(s_rows) },
        { "finite number", () => Transforms.MinMax.Fit(Tensor.From<double>([2, 1], [double.MinValue, double.MaxValue])) },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void What_cannot_be_fitted_is_told(string message, Func<Fin<FittedTransform>> mistake) =>
        Assert.Contains(message, mistake().Fault().Message.Replace("Infinity", "∞", StringComparison.Ordinal));

    [Fact]
    public void Other_widths_are_refused()
    {
        var fitted = Transforms.Standardise.Fit(s_rows).Value();
        Assert.Contains("2 numbers each; the transform was fitted to 3", Assert.Throws<ArgumentException>(() => fitted.Apply(Tensor.From<double>([1, 2], [1, 2]))).Message);
        Assert.Throws<ArgumentException>(() => fitted.Then(Transforms.MinMax.Fit(s_rows.Reshape([9, 1])).Value()));
    }

    private static Tensor<double> Columns(Key key, Dims dims)
    {
        var normal = key.Normal([dims.Batch + 1, dims.In]);
        return Tensor.Build<double>(normal.Shape, index => index[1] == 1 ? 7 : normal[index] * Math.Pow(10, index[1] - 2) + index[1]);
    }
}
