using Functional.Core;

namespace Functional.Facade;

public sealed partial class Model
{
    private const int Piece = 512;

    /// <summary>The network's output for one example.</summary>
    /// <param name="example">The example's numbers, row-major.</param>
    /// <exception cref="ArgumentException">There are not as many numbers as the input has, or one is NaN or infinite; the message says which.</exception>
    public float[] Predict(ReadOnlySpan<float> example)
    {
        if (example.Length != InputShape.Size)
            throw new ArgumentException($"{example.Length} numbers were given; the network's input {InputShape} needs {InputShape.Size}.", nameof(example));
        float[] output = new float[OutputSize];
        Predict(example, output);
        return output;
    }

    /// <summary>The network's output for one example, or several one after another, into memory of yours.</summary>
    /// <param name="examples">The numbers of one or more examples, row-major.</param>
    /// <param name="outputs">As many times <see cref="OutputSize"/> numbers as there are examples.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a number is NaN or infinite; the message says which.</exception>
    public void Predict(ReadOnlySpan<float> examples, Span<float> outputs)
    {
        int width = InputShape.Size;
        if (examples.IsEmpty || examples.Length % width != 0)
            throw new ArgumentException($"{examples.Length} numbers were given; the network's input {InputShape} needs {width}, or a multiple for several examples.", nameof(examples));
        int count = examples.Length / width;
        if (outputs.Length != count * OutputSize)
            throw new ArgumentException($"There is room for {outputs.Length} numbers; {count} predictions of {OutputSize} numbers need {count * OutputSize}.", nameof(outputs));
        using var scope = Region.Enter();
        var input = Tensor.From(InputShape.Batched(count), examples);
        Check.Finite(input, nameof(examples), canBeMissing: FillsMissing);
        Run(input).Span.CopyTo(outputs);
    }

    /// <summary>The network's outputs for many examples.</summary>
    /// <exception cref="ArgumentException">A row has another width than the input, or holds NaN or infinity; the message says which.</exception>
    public float[][] Predict(IReadOnlyList<float[]> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        for (int row = 0; row < rows.Count; row++)
            if (rows[row]?.Length != InputShape.Size)
                throw new ArgumentException($"Row {row} has {rows[row]?.Length ?? 0} numbers; the network's input {InputShape} needs {InputShape.Size}.", nameof(rows));
        var outputs = Predict(Check.Rows(rows, nameof(rows), canBeMissing: FillsMissing));
        return [.. Enumerable.Range(0, rows.Count).Select(row => outputs.Example(row).ToArray())];
    }

    /// <summary>The network's outputs for many examples, a row each.</summary>
    /// <exception cref="ArgumentException">The rows have another width than the input, or hold NaN or infinity; the message says where.</exception>
    public float[,] Predict(float[,] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var outputs = Predict(Tensor.From(rows));
        float[,] table = new float[outputs.Batch, OutputSize];
        for (int i = 0; i < outputs.Size; i++) table[i / OutputSize, i % OutputSize] = outputs.Span[i];
        return table;
    }

    /// <summary>The network's outputs for many examples, <c>[count, …]</c>.</summary>
    /// <exception cref="ArgumentException">The examples do not have the input's size, or hold NaN or infinity.</exception>
    public Tensor<float> Predict(Tensor<float> examples)
    {
        Check.Inputs(examples, nameof(examples), canBeMissing: FillsMissing);
        if (examples.Shape.Example.LongSize != InputShape.LongSize)
            throw new ArgumentException($"Each example has shape {examples.Shape.Example}; the network's input {InputShape} needs {InputShape.LongSize} numbers.", nameof(examples));
        if (examples.Batch <= Piece) return Region.Run(() => Run(examples.Reshape(InputShape.Batched(examples.Batch))));

        // Some hundred at a time, so that what the layers between take does not grow with the set.
        var outputs = Tensor.Fresh<float>(Network.OutputShapes[0].Batched(examples.Batch));
        for (int start = 0; start < examples.Batch; start += Piece)
        {
            int count = Math.Min(Piece, examples.Batch - start);
            using var scope = Region.Enter();
            Run(examples.Slice(start, count).Reshape(InputShape.Batched(count))).Span.CopyTo(outputs.Span[(start * OutputSize)..]);
        }
        return outputs.Done();
    }

    /// <summary>The most probable class of one example: the place of the largest output.</summary>
    /// <inheritdoc cref="Predict(ReadOnlySpan{float})"/>
    public int PredictClass(ReadOnlySpan<float> example) => Largest(Predict(example));

    /// <summary>The most probable class of each example.</summary>
    /// <inheritdoc cref="Predict(IReadOnlyList{float[]})"/>
    public int[] PredictClasses(IReadOnlyList<float[]> rows) => [.. Predict(rows).Select(output => Largest(output))];

    /// <summary>The most probable class of each example.</summary>
    /// <inheritdoc cref="Predict(Tensor{float})"/>
    public int[] PredictClasses(Tensor<float> examples)
    {
        var outputs = Predict(examples);
        int[] classes = new int[outputs.Batch];
        for (int i = 0; i < classes.Length; i++) classes[i] = Largest(outputs.Span.Slice(i * OutputSize, OutputSize));
        return classes;
    }

    /// <summary>The network's output for one row of a table, given as texts by the columns' names, numbers with a decimal point.</summary>
    /// <param name="row">A text for each input column of <see cref="Columns"/>, an empty one where the value is missing: no category, or a number to be filled in; others are passed over.</param>
    /// <exception cref="InvalidOperationException">The model did not learn from a table.</exception>
    /// <exception cref="ArgumentException">
    /// A column has no text, or one that is no number or no known category, or an empty one for a number and the model fills nothing in; the message names the column.
    /// </exception>
    public float[] Predict(IReadOnlyDictionary<string, string> row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var columns = Columns ?? throw new InvalidOperationException("The model did not learn from a table, so it has no columns; predict from numbers.");
        return Predict(columns.Encode(row, canBeMissing: FillsMissing).OrThrow(nameof(row)).AsSpan());
    }

    /// <summary>The most probable class of one row of a table, by name.</summary>
    /// <exception cref="InvalidOperationException">The model did not learn from a table, or has no class names.</exception>
    /// <inheritdoc cref="Predict(IReadOnlyDictionary{string, string})"/>
    public string PredictClassName(IReadOnlyDictionary<string, string> row) =>
        ClassNames.IsEmpty ? throw new InvalidOperationException("The model has no class names.") : ClassNames[Largest(Predict(row))];

    private bool FillsMissing => Inputs?.FillsMissing == true;

    private Tensor<float> Run(Tensor<float> input)
    {
        var output = Network.Forward(Parameters, Inputs?.Apply(input) ?? input, new Step<float>(State)).OrThrow("examples")[0];
        return Targets?.Undo(output) ?? output;
    }

    private static int Largest(ReadOnlySpan<float> numbers) => System.Numerics.Tensors.TensorPrimitives.IndexOfMax(numbers);
}
