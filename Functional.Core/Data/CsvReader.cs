using System.Globalization;
using System.Text;
using nietras.SeparatedValues;

namespace Functional.Core;

/// <summary>What is wrong in a table, on its way to the caller as an error.</summary>
internal sealed class CsvFault(string message) : Exception(message);

/// <summary>
/// A file of separated values, row by row: cells trimmed, quotes taken off, every mistake told with its line and column. RFC 4180; stricter than the parser below, which lets
/// stray quotes pass.
/// </summary>
internal sealed class CsvReader : IDisposable
{
    private readonly string _path;
    private readonly int _skipped;
    private readonly StreamReader _text;
    private readonly SepReader _rows;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _missing;
    private bool _isAhead;

    /// <summary>Begins a file; it is closed with the reader.</summary>
    /// <param name="path">Its name, for what is wrong in it.</param>
    /// <param name="file">Its content, which can be gone back in.</param>
    /// <param name="options">How to read.</param>
    public CsvReader(string path, Stream file, CsvOptions options)
    {
        (_path, _skipped) = (path, options.SkipLines);
        Format = new NumberFormatInfo { NumberDecimalSeparator = options.DecimalSeparator.ToString(), NumberGroupSeparator = options.DecimalSeparator == '.' ? "," : "." };
        _missing = options.MissingMarks.ToHashSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        try
        {
            Check(options);
            Span<byte> magic = stackalloc byte[2];
            bool isPacked = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1F, 0x8B];
            file.Position = 0;
            _text = new(isPacked ? new WholeGzip(file) : file, new UTF8Encoding(false, throwOnInvalidBytes: true));
            for (int line = 0; line < options.SkipLines; line++)
                if (_text.ReadLine() is null) throw new CsvFault($"{path}: {options.SkipLines} lines were to be skipped, the file has {line}.");
            // What separates is found in the first line, which an empty one is not.
            for (; _text.Peek() is '\r' or '\n'; _skipped++) _ = _text.ReadLine();
            _rows = Sep.Reader(o => o with
            {
                Sep = options.Separator is { } separator ? new Sep(separator) : null,
                HasHeader = false,
                DisableColCountCheck = true,
                CultureInfo = CultureInfo.InvariantCulture,
            }).From(_text);
            if (!Advance()) throw new CsvFault($"{path}: there are no rows.");
            Names = [.. Enumerable.Range(0, _rows.Current.ColCount).Select(i => $"column{i + 1}")];
            if (options.HasHeader) Names = [.. Names.Select((name, i) => Cell(i) is { Length: > 0 } given ? given.ToString() : name)];
            else _isAhead = true;
        }
        catch
        {
            Dispose();
            file.Dispose();
            throw;
        }
        if (Names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            Dispose();
            throw new CsvFault($"{path}: two columns are named \"{twice.Key}\"; names of their own are needed.");
        }
    }

    /// <summary>The columns' names.</summary>
    public string[] Names { get; } = [];

    /// <summary>How numbers are written.</summary>
    public NumberFormatInfo Format { get; }

    /// <summary>The line on which the current row begins, from 1.</summary>
    public int Line => _skipped + _rows.Current.LineNumberFrom;

    public void Dispose()
    {
        _rows?.Dispose();
        _text?.Dispose();
    }

    /// <summary>The next row; empty lines are passed over. <c>false</c> at the end.</summary>
    public bool Read()
    {
        if (_isAhead)
        {
            _isAhead = false;
            return true;
        }
        if (!Advance()) return false;
        int count = _rows.Current.ColCount;
        return count == Names.Length ? true : throw new CsvFault($"{_path}, line {Line}: {count} cells, needed {Names.Length}, as many as {(_skipped > 0 ? $"line {_skipped + 1}" : "the first line")} has.");
    }

    /// <summary>A cell of the current row; valid until the next is asked for.</summary>
    public ReadOnlySpan<char> Cell(int column)
    {
        var cell = _rows.Current[column].Span.Trim();
        if (!cell.Contains('"')) return cell;
        if (cell[0] != '"') throw Fault(column, "a quotation mark inside a cell; such a cell is put in quotation marks, and the mark in it is doubled");
        if (cell.Length == 1 || cell[^1] != '"') throw Fault(column, "a quotation mark that is not closed, or text behind the closing one");
        var inner = cell[1..^1];
        if (!inner.Contains('"')) return inner;
        string text = inner.ToString(), plain = text.Replace("\"\"", "", StringComparison.Ordinal);
        return plain.Contains('"') ? throw Fault(column, "a single quotation mark inside a quoted cell; it has to be doubled") : text.Replace("\"\"", "\"", StringComparison.Ordinal);
    }

    public bool IsMissing(ReadOnlySpan<char> cell) => _missing.Contains(cell);

    /// <summary>The place of a column's name.</summary>
    public int Find(string name) => Array.IndexOf(Names, name) is >= 0 and var place
        ? place
        : throw new CsvFault($"{_path}: there is no column \"{name}\"; there are {Storage.StoredText.Names(Names)}.");

    /// <summary>A mistake in a cell of the current row.</summary>
    public CsvFault Fault(int column, string what) => new($"{_path}, line {Line}, column {column + 1} ({Names.ElementAtOrDefault(column) ?? "header"}): {what}.");

    /// <summary>A missing value in the current row, and what can be done about it: a target cannot be filled in.</summary>
    public CsvFault Missing(int column, bool isTarget) => Fault(column,
        $"a missing value; CsvOptions.Missing = MissingValues.DropRow leaves such rows out{(isTarget ? "" : ", MissingValues.Keep keeps them")}");

    public CsvFault Fault(string what) => new($"{_path}: {what}.");

    private static void Check(CsvOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.SkipLines);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MostCategories, 1);
        if (options.Separator is '"' or '\r' or '\n' || options.Separator == options.DecimalSeparator)
            throw new ArgumentException($"'{options.Separator}' cannot separate cells: it marks quotes, lines or fractions.");
    }

    private bool Advance()
    {
        do
        {
            if (!_rows.MoveNext()) return false;
        }
        while (_rows.Current.ColCount == 1 && _rows.Current[0].Span.IsWhiteSpace());
        return true;
    }
}
