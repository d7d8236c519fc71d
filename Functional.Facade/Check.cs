using Functional.Core;

namespace Functional.Facade;

/// <summary>The checks of numbers that come from outside: what was wrong, and where.</summary>
internal static class Check
{
    public static Tensor<float> Rows(IReadOnlyList<float[]> rows, string parameter)
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
        Finite(tensor, parameter);
        return tensor;
    }

    public static void Inputs(Tensor<float> inputs, string parameter)
    {
        if (inputs.IsDefault || inputs.Shape.Rank == 0 || inputs.Size == 0) throw new ArgumentException("The set is empty; at least one example is needed.", parameter);
        Finite(inputs, parameter);
    }

    public static void Finite(Tensor<float> rows, string parameter)
    {
        var numbers = rows.Span;
        int width = numbers.Length / rows.Batch;
        for (int i = 0; i < numbers.Length; i++)
            if (!float.IsFinite(numbers[i])) throw new ArgumentException($"Row {i / width}, column {i % width} is {numbers[i]}; finite numbers are needed.", parameter);
    }

    public static void SameLength(int inputs, int others, string parameter)
    {
        if (inputs != others) throw new ArgumentException($"There are {inputs} inputs but {others} {parameter}; each input needs one.", parameter);
    }

    public static A OrThrow<A>(this LanguageExt.Fin<A> fin, string parameter) =>
        fin.Match(value => value, error => throw new ArgumentException(error.Message, parameter));
}
