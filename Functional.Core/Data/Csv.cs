using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using Functional.Core.Storage;
using LanguageExt;
using LanguageExt.Common;
using static LanguageExt.Prelude;
using Array = System.Array;

namespace Functional.Core;

/// <summary>
/// Tables from files of separated values (RFC 4180, UTF-8, plain or compressed by gzip), read in two passes: <c>Columns</c> finds which columns hold numbers and which texts,
/// and the texts' categories; <c>Read</c> and <c>Stream</c> turn rows into numbers by them, this file's or another's. Every error names line and column.
/// </summary>
/// <remarks>
/// A column of nothing but numbers is one of numbers, a column without any is one of texts. One of both is an error, whichever comes first, unless it is a label or named in
/// <see cref="CsvOptions.Categories"/>; so is one of nothing but numbers with another mark of the fraction. Memory stays within the numbers that are asked for; <c>Stream</c>
/// holds a piece at a time.
/// </remarks>
public static class Csv
{
    /// <summary>The columns of a file whose rows belong to classes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="label">The column of the class; its texts, in order, are the classes.</param>
    /// <param name="options">How to read; <c>null</c> for a header and commas, or what the first line has in their place.</param>
    public static Fin<Columns> Columns(string path, string label, CsvOptions? options = null) => Columns(path, () => Open(path), [label], isLabel: true, options);

    /// <summary>The columns of a file whose rows have target numbers.</summary>
    /// <param name="path">The file.</param>
    /// <param name="targets">The columns of the targets; none where there are only inputs.</param>
    /// <param name="options">How to read; <c>null</c> for a header and commas, or what the first line has in their place.</param>
    public static Fin<Columns> Columns(string path, IReadOnlyList<string> targets, CsvOptions? options = null) => Columns(path, () => Open(path), targets, isLabel: false, options);

    /// <summary>All rows as one batch: an input <c>[rows, columns.Width]</c>, and a target <c>[rows, columns.TargetWidth]</c> where there are target columns.</summary>
    /// <param name="path">The file, with these columns in any order and any others beside them.</param>
    /// <param name="columns">How its columns become numbers.</param>
    /// <param name="options">How to read.</param>
    public static Fin<Batch<T>> Read<T>(string path, Columns columns, CsvOptions? options = null) where T : struct, IFloatingPointIeee754<T> =>
        Read<T>(path, () => Open(path), columns, options);

    /// <summary>
    /// The rows piece by piece, for files larger than memory. Nothing is read before it is asked for, and each time the sequence is gone through the file is read anew.
    /// What is wrong is thrown as an <see cref="ErrorException"/>.
    /// </summary>
    /// <param name="path">The file, with these columns in any order and any others beside them.</param>
    /// <param name="columns">How its columns become numbers.</param>
    /// <param name="pieceSize">How many rows a piece has; the last may have fewer.</param>
    /// <param name="options">How to read.</param>
    public static IEnumerable<Batch<T>> Stream<T>(string path, Columns columns, int pieceSize, CsvOptions? options = null) where T : struct, IFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pieceSize, 1);
        return Pieces();

        IEnumerable<Batch<T>> Pieces()
        {
            using var rows = Guarded(path, () => new CsvRows<T>(new(path, Open(path), options ?? new()), columns, options ?? new())).ThrowIfFail();
            while (Guarded(path, () => Optional(rows.Take(pieceSize))).ThrowIfFail().Case is Batch<T> piece) yield return piece;
        }
    }

    internal static Fin<Columns> Columns(string name, Func<Stream> open, IReadOnlyList<string> targets, bool isLabel, CsvOptions? options) =>
        Guarded(name, () => Infer(new(name, open(), options ?? new()), targets, isLabel, options ?? new()));

    internal static Fin<Batch<T>> Read<T>(string name, Func<Stream> open, Columns columns, CsvOptions? options) where T : struct, IFloatingPointIeee754<T> => Guarded(name, () =>
    {
        using var rows = new CsvRows<T>(new(name, open(), options ?? new()), columns, options ?? new());
        return rows.Take(int.MaxValue) ?? throw new CsvFault($"{name}: there are no rows.");
    });

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);

    private static Columns Infer(CsvReader opened, IReadOnlyList<string> targets, bool isLabel, CsvOptions options)
    {
        using var reader = opened;
        int[] ends = [.. targets.Select(reader.Find)];
        var without = options.Without.Select(reader.Find).ToHashSet();
        var texts = options.Categories.Select(reader.Find).Concat(isLabel ? ends : []).ToHashSet();
        var kinds = Enumerable.Range(0, reader.Names.Length).Where(i => !without.Contains(i) || ends.Contains(i))
            .ToDictionary(i => i, i => new ColumnKind(reader, i, texts.Contains(i), options.MostCategories));
        long rows = 0;
        while (reader.Read())
        {
            if (options.Missing == MissingValues.DropRow && kinds.Keys.Any(i => reader.IsMissing(reader.Cell(i)))) continue;
            rows++;
            foreach (var (i, kind) in kinds)
                if (reader.Cell(i) is var cell && !reader.IsMissing(cell)) kind.See(cell);
                else if (options.Missing == MissingValues.Reject || ends.Contains(i)) throw reader.Missing(i, isTarget: ends.Contains(i));
        }
        if (rows == 0) throw reader.Fault("there are no rows to learn from");
        Column Found(int i) => new(reader.Names[i], kinds[i].Categories);
        if (isLabel && Found(ends[0]).Width < 2) throw reader.Fault($"all rows have the class {StoredText.Quote(Found(ends[0]).Categories[0])}; at least two classes are needed");
        if (!isLabel && ends.FirstOrDefault(i => !Found(i).IsNumber, -1) is >= 0 and var text) throw reader.Fault($"the target column \"{reader.Names[text]}\" holds texts; numbers are needed");
        var columns = new Columns(toSeq(kinds.Keys.Except(ends).Order().Select(Found)).Strict(), toSeq(ends.Select(Found)).Strict());
        return columns.Problem is { } problem ? throw reader.Fault(problem.Message.TrimEnd('.')) : columns;
    }

    private static Fin<A> Guarded<A>(string path, Func<A> read)
    {
        try
        {
            return read();
        }
        catch (CsvFault fault)
        {
            return Error.New(fault.Message);
        }
        catch (InvalidDataException error)
        {
            return Error.New($"{path}: {error.Message}");
        }
        catch (System.Text.DecoderFallbackException)
        {
            return Error.New($"{path}: the file is not UTF-8.");
        }
        catch (Exception error) when (FileAccessError.IsRefusal(error))
        {
            return FileAccessError.Of(path, error);
        }
    }

    /// <summary>What a column turns out to hold.</summary>
    private sealed class ColumnKind(CsvReader reader, int place, bool isText, int most)
    {
        private readonly System.Collections.Generic.HashSet<string> _categories = new(StringComparer.Ordinal);
        private bool? _isNumber;
        private (string Cell, int Line) _first;

        public Seq<string> Categories =>
            _isNumber is null ? throw reader.Fault($"column \"{reader.Names[place]}\" has no value at all; leave it out by Without")
            : !isText && _categories.Count > 0 && _categories.All(IsMarkedOtherwise) ? throw reader.Fault(
                $"column \"{reader.Names[place]}\" has no number, but {StoredText.Quote(_first.Cell)} on line {_first.Line} and its like; {Advice(_first.Cell)}")
            : _categories.Count > 0 && _categories.All(category => CellCoder.IsNumber<double>(category, reader.Format, out _))
                ? toSeq(_categories.OrderBy(category => double.Parse(category, reader.Format)).ThenBy(category => category, StringComparer.Ordinal)).Strict()
                : toSeq(_categories.Order(StringComparer.Ordinal)).Strict();

        public void See(ReadOnlySpan<char> cell)
        {
            bool isNumber = !isText && CellCoder.IsNumber<double>(cell, reader.Format, out _);
            if (_isNumber is null) (_isNumber, _first) = (isNumber, (cell.ToString(), reader.Line));
            if (isNumber != _isNumber) throw Mixed(cell.ToString());
            if (isNumber) return;
            if (_categories.GetAlternateLookup<ReadOnlySpan<char>>().Add(cell) && _categories.Count > most)
                throw reader.Fault(place, $"more than {most} different texts; leave the column out by Without, or allow more by MostCategories");
        }

        // Whichever comes first: a column must not become one of texts for a mark of missing values in its first row.
        private CsvFault Mixed(string cell) => reader.Fault(place, _isNumber is true
            ? $"{StoredText.Quote(cell)}, needed a finite number, as {StoredText.Quote(_first.Cell)} on line {_first.Line}; {Advice(cell)}"
            : $"{StoredText.Quote(cell)} is a finite number, {StoredText.Quote(_first.Cell)} on line {_first.Line} is none; {Advice(_first.Cell)}");

        private string Advice(string text) =>
            (double.TryParse(text.Replace($"{OtherMark}", "", StringComparison.Ordinal), NumberStyles.Float, reader.Format, out double number) && double.IsFinite(number)
                ? $"CsvOptions.DecimalSeparator = '{OtherMark}' reads it where that marks the fraction (marks of thousands are not read)"
                : $"CsvOptions.MissingMarks can say that {StoredText.Quote(text)} is a missing value")
            + ", CsvOptions.Categories that the column holds names of categories";

        private char OtherMark => reader.Format.NumberDecimalSeparator == "." ? ',' : '.';

        private bool IsMarkedOtherwise(string text) =>
            text.AsSpan().Count(OtherMark) == 1 && CellCoder.IsNumber<double>(text.Replace(OtherMark, reader.Format.NumberDecimalSeparator[0]), reader.Format, out _);
    }
}

/// <summary>Rows of a table as numbers.</summary>
internal sealed class CsvRows<T> : IDisposable where T : struct, IFloatingPointIeee754<T>
{
    private readonly CsvReader _reader;
    private readonly CsvOptions _options;
    private readonly (int Place, CellCoder Coder, int Start, int Width)[] _inputs, _targets;
    private readonly int _width, _targetWidth;

    public CsvRows(CsvReader reader, Columns columns, CsvOptions options)
    {
        _reader = reader;
        (_options, _width, _targetWidth) = (options, columns.Width, columns.TargetWidth);
        try
        {
            (_inputs, _targets) = (Coders(columns.Inputs), Coders(columns.Targets));
        }
        catch
        {
            _reader.Dispose();
            throw;
        }
    }

    public void Dispose() => _reader.Dispose();

    /// <summary>The next rows, at most so many; <c>null</c> where none are left.</summary>
    public Batch<T>? Take(int most)
    {
        var inputs = new Growing(_width, most);
        var targets = new Growing(_targetWidth, most);
        int rows = 0;
        while (rows < most && _reader.Read())
        {
            bool isKept = Write(_inputs, inputs.Row(rows), canBeMissing: true);
            isKept = isKept && Write(_targets, targets.Row(rows), canBeMissing: false);
            if (isKept) rows++;
        }
        return rows == 0 ? null : new([inputs.Tensor(rows)], _targets.Length == 0 ? [] : [targets.Tensor(rows)]);
    }

    private (int, CellCoder, int, int)[] Coders(Seq<Column> columns)
    {
        int start = 0;
        return [.. columns.Select(column => (_reader.Find(column.Name), new CellCoder(column, _reader.Format), (start += column.Width) - column.Width, column.Width))];
    }

    private bool Write((int Place, CellCoder Coder, int Start, int Width)[] columns, Span<T> row, bool canBeMissing)
    {
        foreach (var (place, coder, start, width) in columns)
        {
            var cell = _reader.Cell(place);
            if (_reader.IsMissing(cell))
            {
                if (_options.Missing == MissingValues.DropRow) return false;
                if (_options.Missing == MissingValues.Reject || !canBeMissing) throw _reader.Missing(place, isTarget: !canBeMissing);
                coder.Missing(row.Slice(start, width));
            }
            else if (!coder.Write(cell, row.Slice(start, width))) throw _reader.Fault(place, $"{StoredText.Quote(cell.ToString())}, needed {coder.Needed}");
        }
        return true;
    }

    // Memory that doubles, as nobody knows how many rows will come.
    private sealed class Growing(int width, int most)
    {
        private T[] _numbers = new T[Math.Max(1, Math.Min(most, 256) * width)];

        public Span<T> Row(int row)
        {
            if ((row + 1L) * width > _numbers.Length)
            {
                long wanted = Math.Min(2L * _numbers.Length, (long)most * width);
                if ((row + 1L) * width > Array.MaxLength) throw new CsvFault("there are more numbers than one tensor holds; read the file in pieces by Stream.");
                Array.Resize(ref _numbers, (int)Math.Min(wanted, Array.MaxLength));
            }
            return _numbers.AsSpan(row * width, width);
        }

        public Tensor<T> Tensor(int rows) => new(_numbers, 0, [rows, width]);
    }
}
