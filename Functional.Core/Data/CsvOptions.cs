namespace Functional.Core;

/// <summary>What becomes of rows with missing values.</summary>
public enum MissingValues
{
    /// <summary>The first one is an error that names line and column.</summary>
    Reject,

    /// <summary>A missing number is NaN, to be filled by a transform such as <see cref="Transforms.FillMean"/>; a missing text is no category, all zeros. A missing target is an error.</summary>
    Keep,

    /// <summary>Their rows are left out.</summary>
    DropRow,
}

/// <summary>How a file of separated values is to be read.</summary>
public sealed record CsvOptions
{
    /// <summary>What stands between two cells; <c>null</c> takes the most likely of <c>, ; tab |</c> from the first line.</summary>
    public char? Separator { get; init; }

    /// <summary>Whether the first line has the columns' names; else they are <c>column1</c>, <c>column2</c> and so on.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>How many lines stand before all that.</summary>
    public int SkipLines { get; init; }

    /// <summary>What stands in numbers before the fraction. There is no other mark in numbers, whatever the machine's culture.</summary>
    public char DecimalSeparator { get; init; } = '.';

    /// <summary>What becomes of rows with missing values.</summary>
    public MissingValues Missing { get; init; }

    /// <summary>What stands for a missing value.</summary>
    public IReadOnlyList<string> MissingMarks { get; init; } = ["", "NA", "NaN", "?"];

    /// <summary>Columns that are neither inputs nor targets, by name: a row's number, say.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>Columns whose numbers are names of categories, be it all of their cells or some.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>How many different texts a column may have, so that a column of remarks is not taken for categories.</summary>
    public int MostCategories { get; init; } = 100;
}
