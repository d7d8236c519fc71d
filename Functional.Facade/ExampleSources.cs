using Functional.Core;
using Functional.Core.Storage;
using LanguageExt;

namespace Functional.Facade;

/// <summary>Examples from files and sequences.</summary>
public sealed partial class Examples
{
    /// <summary>Examples of classes from a file of separated values, one a row: numbers as they are, texts as one-hot categories.</summary>
    /// <param name="path">The file, plain or compressed by gzip.</param>
    /// <param name="label">The name of the column that holds the class. All other columns are inputs, except those that the options leave out.</param>
    /// <param name="options">How to read; <c>null</c> for a header and commas, or what the first line has in their place.</param>
    /// <exception cref="IOException">The file cannot be read, or something in it cannot be; the message says what, and in which line and column.</exception>
    public static Examples FromCsv(string path, string label, CsvOptions? options = null) => FromCsv(path, Csv.Columns(path, label, options).OrThrowFile(), options);

    /// <summary>Examples with target numbers from a file of separated values, one a row: numbers as they are, texts as one-hot categories.</summary>
    /// <param name="path">The file, plain or compressed by gzip.</param>
    /// <param name="targets">The names of the columns that hold the targets.</param>
    /// <param name="options">How to read; <c>null</c> for a header and commas, or what the first line has in their place.</param>
    /// <exception cref="IOException">The file cannot be read, or something in it cannot be; the message says what, and in which line and column.</exception>
    public static Examples FromCsv(string path, IReadOnlyList<string> targets, CsvOptions? options = null)
    {
        if (targets.Count == 0) throw new ArgumentException("There are no target columns; at least one is needed.", nameof(targets));
        return FromCsv(path, Csv.Columns(path, targets, options).OrThrowFile(), options);
    }

    /// <summary>Examples from a file of separated values, coded as another was: <c>Examples.FromCsv("new.csv", model.Columns!)</c>.</summary>
    /// <param name="path">The file, with these columns in any order and any others beside them.</param>
    /// <param name="columns">How columns become numbers; with target columns.</param>
    /// <param name="options">How to read; <c>null</c> for a header and commas, or what the first line has in their place.</param>
    /// <exception cref="IOException">The file cannot be read, or something in it cannot be; the message says what, and in which line and column.</exception>
    public static Examples FromCsv(string path, Columns columns, CsvOptions? options = null) => Of(Csv.Read<float>(path, WithTargets(columns), options).OrThrowFile(), columns, options);

    /// <summary>Inputs alone from a file of separated values, coded as another was, to predict from: <c>[rows, columns.Width]</c>.</summary>
    /// <inheritdoc cref="FromCsv(string, Columns, CsvOptions?)"/>
    public static Tensor<float> InputsFromCsv(string path, Columns columns, CsvOptions? options = null) =>
        Csv.Read<float>(path, columns.WithoutTargets(), options).OrThrowFile().Inputs[0];

    /// <summary>
    /// Examples from a file of separated values piece by piece, for files larger than memory; read anew each time the sequence is gone through.
    /// <c>Csv.Columns(path, label)</c> finds the columns without holding the file.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">How columns become numbers; with target columns.</param>
    /// <param name="pieceSize">How many rows a piece has; the last may have fewer.</param>
    /// <param name="options">How to read.</param>
    /// <exception cref="IOException">While the sequence is read: the file cannot be, or something in it cannot be; the message says what, and in which line and column.</exception>
    public static IEnumerable<Examples> Stream(string path, Columns columns, int pieceSize, CsvOptions? options = null)
    {
        var pieces = Csv.Stream<float>(path, WithTargets(columns), pieceSize, options);
        return Pieces();

        IEnumerable<Examples> Pieces()
        {
            using var each = pieces.GetEnumerator();
            while (Moved(each)) yield return Of(each.Current, columns, options);
        }

        static bool Moved(IEnumerator<Batch<float>> each)
        {
            try
            {
                return each.MoveNext();
            }
            catch (LanguageExt.Common.ErrorException error)
            {
                throw new IOException(error.Message, error);
            }
        }
    }

    /// <summary>Examples of classes from IDX files, MNIST's format, plain or compressed by gzip. Unsigned bytes, as of images, are divided by 255 and so lie from 0 to 1; other numbers stay.</summary>
    /// <param name="inputs">The file of the inputs, <c>[count, …]</c>.</param>
    /// <param name="labels">The file of the labels, <c>[count]</c>.</param>
    /// <param name="classes">How many classes there are; <c>null</c> for one more than the greatest label.</param>
    /// <exception cref="IOException">A file cannot be read, or the two do not belong together.</exception>
    /// <exception cref="ArgumentException">A label is out of range, or a number is not finite.</exception>
    public static Examples FromIdx(string inputs, string labels, int? classes = null)
    {
        var numbers = Idx.ReadFile(inputs).OrThrowFile();
        int[] classOf = Idx.ReadFile(labels).Bind(file => file.Values<int>()).OrThrowFile();
        if (numbers.Sizes[0] != classOf.Length || numbers.Sizes.Contains(0))
            throw new IOException($"{inputs} holds inputs of sizes {string.Join(" × ", numbers.Sizes)}, {labels} {classOf.Length} labels; as many labels as inputs are needed, and at least one.");
        float[] values = numbers.Values<float>().OrThrowFile();
        if (numbers.Type == IdxType.UnsignedByte) System.Numerics.Tensors.TensorPrimitives.Divide(values, byte.MaxValue, values);
        return Labelled(new Tensor<float>(values, 0, Shape.Of([.. numbers.Sizes])), classOf, classes ?? Math.Max(2, classOf.Max() + 1));
    }

    /// <summary>
    /// Examples of classes from the PNG, JPEG, BMP, TGA and GIF files of a folder whose sub-folders are the classes: inputs <c>[count, channels, height, width]</c> from 0 to 1.
    /// All images have one size.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="channels">1 for grey, 3 for red, green and blue.</param>
    /// <exception cref="IOException">The folder or an image cannot be read, or an image has another size; the message says which.</exception>
    public static Examples FromImages(string folder, int channels = 3)
    {
        var set = Images.Folder<float>(folder, channels).OrThrowFile();
        return new(set.Data.Inputs[0], set.Data.Targets[0], [.. OneHot.Labels(set.Data.Targets[0])]) { ClassNames = [.. set.Classes] };
    }

    /// <summary>
    /// Pieces of a sequence of labelled rows, for sets larger than memory: <c>model.Fit(Examples.Pieces(rows, classes: 3, pieceSize: 1000))</c>. No more rows are held than a piece has.
    /// </summary>
    /// <param name="rows">Numbers and label of each example; gone through anew each time the pieces are.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="pieceSize">How many rows a piece has; the last may have fewer.</param>
    public static IEnumerable<Examples> Pieces(IEnumerable<(float[] Input, int Label)> rows, int classes, int pieceSize)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(pieceSize, 1);
        return rows.Chunk(pieceSize).Select(piece => Labelled([.. piece.Select(row => row.Input)], [.. piece.Select(row => row.Label)], classes));
    }

    /// <summary>Pieces of a sequence of labelled rows that arrive.</summary>
    /// <inheritdoc cref="Pieces(IEnumerable{ValueTuple{float[], int}}, int, int)"/>
    public static IAsyncEnumerable<Examples> Pieces(IAsyncEnumerable<(float[] Input, int Label)> rows, int classes, int pieceSize)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(pieceSize, 1);
        return rows.Chunk(pieceSize).Select(piece => Labelled([.. piece.Select(row => row.Input)], [.. piece.Select(row => row.Label)], classes));
    }

    /// <summary>Pieces of a sequence of rows with target numbers, for sets larger than memory.</summary>
    /// <param name="rows">Numbers and target numbers of each example; gone through anew each time the pieces are.</param>
    /// <param name="pieceSize">How many rows a piece has; the last may have fewer.</param>
    public static IEnumerable<Examples> Pieces(IEnumerable<(float[] Input, float[] Targets)> rows, int pieceSize)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(pieceSize, 1);
        return rows.Chunk(pieceSize).Select(piece => Regression([.. piece.Select(row => row.Input)], [.. piece.Select(row => row.Targets)]));
    }

    /// <summary>Pieces of a sequence of rows with target numbers that arrive.</summary>
    /// <inheritdoc cref="Pieces(IEnumerable{ValueTuple{float[], float[]}}, int)"/>
    public static IAsyncEnumerable<Examples> Pieces(IAsyncEnumerable<(float[] Input, float[] Targets)> rows, int pieceSize)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(pieceSize, 1);
        return rows.Chunk(pieceSize).Select(piece => Regression([.. piece.Select(row => row.Input)], [.. piece.Select(row => row.Targets)]));
    }

    private static Columns WithTargets(Columns columns) => !columns.Targets.IsEmpty
        ? columns
        : throw new ArgumentException("The columns have no targets; examples need them. To predict from inputs alone take InputsFromCsv.", nameof(columns));

    private static Examples Of(Batch<float> batch, Columns columns, CsvOptions? options) =>
        new(batch.Inputs[0], batch.Targets[0], columns.Classes.IsEmpty ? [] : [.. OneHot.Labels(batch.Targets[0])])
        {
            ClassNames = [.. columns.Classes],
            Columns = columns,
            HaveMissing = options?.Missing == MissingValues.Keep,
        };
}
