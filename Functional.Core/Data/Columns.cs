using System.Globalization;
using System.Numerics;
using LanguageExt;

namespace Functional.Core;

/// <summary>A column of a table and how it becomes numbers: itself where it holds numbers; one-hot, a number for each category, where it holds texts.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Categories">The texts that may stand in it, in the order of their numbers; none for a column of numbers.</param>
public sealed record Column(string Name, Seq<string> Categories)
{
    /// <summary>Whether it holds numbers.</summary>
    public bool IsNumber => Categories.IsEmpty;

    /// <summary>How many numbers it becomes.</summary>
    public int Width => IsNumber ? 1 : Categories.Count;
}

/// <summary>How the columns of a table become inputs and targets of a network, with the categories that were found: a value, saved inside a model file.</summary>
/// <param name="Inputs">The columns whose numbers are the inputs, side by side.</param>
/// <param name="Targets">One column of categories for classes, columns of numbers for regression; none where only inputs are to be read.</param>
public sealed record Columns(Seq<Column> Inputs, Seq<Column> Targets)
{
    /// <summary>How many numbers an input has.</summary>
    public int Width => Inputs.Sum(column => column.Width);

    /// <summary>How many numbers a target has: the number of classes, or of target columns.</summary>
    public int TargetWidth => Targets.Sum(column => column.Width);

    /// <summary>The classes by number; none for regression.</summary>
    public Seq<string> Classes => Targets.IsEmpty ? default : Targets[0].Categories;

    /// <summary>The same inputs without targets.</summary>
    public Columns WithoutTargets() => this with { Targets = Seq<Column>.Empty };

    /// <summary>The numbers of one row, given as texts by the columns' names; texts of other names are passed over.</summary>
    /// <param name="row">
    /// A text for each input column, numbers with a decimal point. An empty text is a missing value: NaN in a column of numbers, no category in one of texts. A column without
    /// a text is an error, as its name may only be misspelt.
    /// </param>
    /// <param name="canBeMissing">Whether a number can be missing, as something fills it in; a category always can.</param>
    /// <returns>The <see cref="Width"/> numbers, or the first column that cannot be one.</returns>
    public Fin<float[]> Encode(IReadOnlyDictionary<string, string> row, bool canBeMissing = true)
    {
        float[] numbers = new float[Width];
        int place = 0;
        foreach (var column in Inputs)
        {
            var coder = new CellCoder(column, NumberFormatInfo.InvariantInfo);
            Fault Wrong(string got, string needed, string? fix = null) => new(got, needed, fix, $"column \"{column.Name}\"");
            if (!row.TryGetValue(column.Name, out string? given))
                return Wrong("no text of that name", "one, empty where the value is missing", $"the row has {Storage.StoredText.Names([.. row.Keys])}");
            string text = (given ?? "").Trim();
            if (text.Length > 0)
            {
                if (!coder.Write(text, numbers.AsSpan(place, column.Width))) return Wrong(Storage.StoredText.Quote(text), coder.Needed);
            }
            else if (canBeMissing || !column.IsNumber) coder.Missing(numbers.AsSpan(place, column.Width));
            else return Wrong("a missing value", $"{coder.Needed}, as nothing fills it in");
            place += column.Width;
        }
        return numbers;
    }

    internal Fault? Problem =>
        Inputs.IsEmpty ? new Fault("no input columns", "at least one", null, "columns")
        : Inputs.Concat(Targets).GroupBy(column => column.Name).FirstOrDefault(group => group.Count() > 1) is { } twice ? new Fault($"two columns \"{twice.Key}\"", "names of their own", null, "columns")
        : Inputs.Concat(Targets).FirstOrDefault(column => column.Categories.Distinct().Count != column.Categories.Count) is { } same ? new Fault($"a category twice in \"{same.Name}\"", "each category once", null, "columns")
        : Targets.Count > 1 && Targets.Exists(column => !column.IsNumber) ? new Fault($"{Targets.Count} target columns, not all of numbers", "one column of classes, or columns of numbers", null, "columns")
        : null;
}

/// <summary>Turns the cells of one column into numbers.</summary>
internal sealed class CellCoder
{
    private readonly Column _column;
    private readonly NumberFormatInfo _format;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _categories;

    public CellCoder(Column column, NumberFormatInfo format)
    {
        (_column, _format) = (column, format);
        _categories = column.Categories.Select((category, number) => (category, number))
            .ToDictionary(pair => pair.category, pair => pair.number, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public string Needed => _column.IsNumber ? "a finite number" : $"one of the {_column.Categories.Count} known texts ({string.Join(", ", _column.Categories.Take(5).Select(Storage.StoredText.Quote))}{(_column.Categories.Count > 5 ? ", …" : "")})";

    public static bool IsNumber<T>(ReadOnlySpan<char> cell, NumberFormatInfo format, out T number) where T : struct, IFloatingPointIeee754<T> =>
        T.TryParse(cell, NumberStyles.Float, format, out number) && T.IsFinite(number);

    /// <summary>Writes the numbers of a cell; <c>false</c> where it is none that the column knows.</summary>
    public bool Write<T>(ReadOnlySpan<char> cell, Span<T> into) where T : struct, IFloatingPointIeee754<T>
    {
        if (_column.IsNumber) return IsNumber(cell, _format, out into[0]);
        into.Clear();
        if (!_categories.TryGetValue(cell, out int number)) return false;
        into[number] = T.One;
        return true;
    }

    /// <summary>Writes the numbers of a missing value: NaN, or no category.</summary>
    public void Missing<T>(Span<T> into) where T : struct, IFloatingPointIeee754<T>
    {
        if (_column.IsNumber) into[0] = T.NaN;
        else into.Clear();
    }
}
