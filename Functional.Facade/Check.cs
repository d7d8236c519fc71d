using Functional.Core;

namespace Functional.Facade;

/// <summary>The checks of numbers that come from outside: what was wrong, and where.</summary>
internal static class Check
{
    public static Tensor<float> Rows(IReadOnlyList<float[]> rows, string parameter, bool canBeMissing = false)
    {
        ArgumentNullException.ThrowIfNull(rows, parameter);
        if (rows.Count == 0) throw new ArgumentException("The set is empty; at least one example is needed.", parameter);
        for (int row = 0; row < rows.Count; row++)
        {
            if (rows[row] is null) throw new ArgumentException($"Row {row} is null.", parameter);
            if (rows[row].Length != rows[0].Length)
                throw new ArgumentException($"Row {row} has {rows[row].Length} numbers; row 0 has {rows[0].Length}, and all rows need the same.", parameter);
        }
        if (rows[0].Length == 0) throw new ArgumentException("The rows have no numbers; at least one is needed.", parameter);
        var tensor = Tensor.From<float>(rows);
        Finite(tensor, parameter, canBeMissing);
        return tensor;
    }

    public static void Inputs(Tensor<float> inputs, string parameter, bool canBeMissing = false)
    {
        if (inputs.IsDefault || inputs.Shape.Rank == 0 || inputs.Size == 0) throw new ArgumentException("The set is empty; at least one example is needed.", parameter);
        Finite(inputs, parameter, canBeMissing);
    }

    public static void Finite(Tensor<float> rows, string parameter, bool canBeMissing = false)
    {
        var numbers = rows.Span;
        int width = numbers.Length / rows.Batch;
        for (int i = 0; i < numbers.Length; i++)
            if (!float.IsFinite(numbers[i]) && !(canBeMissing && float.IsNaN(numbers[i]))) throw new ArgumentException($"Row {i / width}, column {i % width} is {numbers[i]}; finite numbers are needed.", parameter);
    }

    /// <summary>No missing value is left.</summary>
    public static void Filled(Tensor<float> rows, Columns? columns, string parameter)
    {
        int place = rows.Span.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue), width = rows.Size / rows.Batch;
        if (place >= 0)
            throw new ArgumentException(
                $"Row {place / width}, {Named(columns, place % width)} is missing, and the model fills nothing in; train it with Inputs = Transforms.FillMean, or drop such rows.", parameter);
    }

    // A column of a table may have become several numbers.
    private static string Named(Columns? columns, int number)
    {
        foreach (var column in columns?.Inputs ?? default)
            if ((number -= column.Width) < 0) return $"column \"{column.Name}\"";
        return $"column {number}";
    }

    public static void SameLength(int inputs, int others, string parameter)
    {
        if (inputs != others) throw new ArgumentException($"There are {inputs} inputs but {others} {parameter}; each input needs one.", parameter);
    }

    public static A OrThrow<A>(this LanguageExt.Fin<A> fin, string parameter) =>
        fin.Match(value => value, error => throw new ArgumentException(error.Message, parameter));

    public static A OrThrowFile<A>(this LanguageExt.Fin<A> fin) => fin.Match(value => value, error => throw new IOException(error.Message));
}
