using System.Numerics;
using Functional.Core;

namespace Functional.Properties;

/// <summary>Runs the layer of a case at a number type, forward and backward, and names what goes in and out.</summary>
internal static class Probe
{
    public static ForwardResult<T> Forward<T>(LayerCase at, Tensors<T> inputs, Tensors<T> parameters) where T : struct, IFloatingPointIeee754<T> =>
        at.Layer.At<T>().Forward(new ForwardCall<T>(inputs, parameters, Lift<T>(at.State), at.Mode, at.Key));

    public static BackwardResult<double> Backward(LayerCase at, Tensors<double> saved, Tensors<double> outputGradients) =>
        at.Layer.At<double>().Backward(new BackwardCall<double>(outputGradients, saved, at.Parameters, at.Mode, at.Key));

    /// <summary>Forward, then backward from the same point.</summary>
    public static (ForwardResult<double> Forward, BackwardResult<double> Backward) Both(LayerCase at, Tensors<double> outputGradients)
    {
        var forward = Forward(at, at.Inputs, at.Parameters);
        return (forward, Backward(at, forward.Saved, outputGradients));
    }

    /// <summary>The tensors that the layer is differentiated by: inputs before parameters.</summary>
    public static IEnumerable<Entry> Entries(LayerCase at) =>
        at.Inputs.Select((tensor, i) => new Entry(at.Inputs.Count == 1 ? "input" : $"input {i + 1}", tensor, true, i))
            .Concat(at.Layer.Parameters(at.InputShapes).Zip(at.Parameters, (parameter, tensor) => (parameter, tensor))
                .Select((pair, i) => new Entry($"parameter '{pair.parameter.Name}'", pair.tensor, false, i)));

    /// <summary>The place of an element in words: <c>index [1, 0] of [2, 3]</c>.</summary>
    public static string Index(Shape shape, int element)
    {
        int[] index = new int[shape.Rank];
        for (int axis = shape.Rank - 1; axis >= 0; axis--) (element, index[axis]) = Math.DivRem(element, shape[axis]);
        return $"index [{string.Join(", ", index)}] of {shape}";
    }

    /// <summary>One example of a batch, as a batch of one.</summary>
    public static Tensors<double> Example(Tensors<double> batch, int example) => [.. batch.Select(tensor => tensor.Slice(example, 1))];

    /// <summary>Whether the layer draws at random here: other keys give other outputs. What it draws for an example may then depend on its place in the batch.</summary>
    public static bool IsRandom(LayerCase at)
    {
        if (at.Mode != Mode.Train) return false;
        // Beside the case's own inputs, among which zeros would hide what is drawn; and by several keys, which may agree by chance on a few elements.
        Tensors<double> inputs = [.. at.Inputs.Select(input => input.Map(x => x + 0.25))];
        var first = Forward(at, inputs, at.Parameters).Outputs;
        return Enumerable.Range(0, 16).Any(i => Forward(at with { Key = at.Key.For("another").Split((ulong)i) }, inputs, at.Parameters).Outputs != first);
    }

    public static Tensors<T> Lift<T>(Tensors<double> tensors) where T : struct, IFloatingPointIeee754<T> => [.. tensors.Select(tensor => tensor.To<double, T>())];

    /// <summary>A normal draw of each tensor's shape.</summary>
    public static Tensors<double> Draw(Key key, Tensors<double> like) => [.. like.Select((tensor, i) => Draw(key.Split((ulong)i), tensor.Shape))];

    public static Tensor<double> Draw(Key key, Shape shape)
    {
        double[] numbers = new double[shape.Size];
        key.Normal<double>(numbers);
        return Tensor.From<double>(shape, numbers);
    }

    /// <summary>The same elements in memory of their own.</summary>
    public static Tensors<double> Copy(Tensors<double> tensors) => [.. tensors.Select(tensor => Tensor.From<double>(tensor.Shape, tensor.Span))];

    /// <summary>a + h b for each pair of tensors.</summary>
    public static Tensors<double> Along(Tensors<double> a, double h, Tensors<double> b) => [.. a.Zip(b, (x, d) => Combine(x, d, (p, q) => p + h * q))];

    public static Tensor<double> Combine(Tensor<double> a, Tensor<double> b, Func<double, double, double> with)
    {
        double[] numbers = new double[a.Size];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = with(a.Span[i], b.Span[i]);
        return Tensor.From<double>(a.Shape, numbers);
    }

    /// <summary>Σ aᵢ bᵢ over all elements of all tensors, and Σ |aᵢ bᵢ|, by which its rounding is measured.</summary>
    public static (double Sum, double Scale) Dot(Tensors<double> a, Tensors<double> b)
    {
        double sum = 0, scale = 0;
        foreach (var (x, y) in a.Zip(b))
            for (int i = 0; i < x.Size; i++)
            {
                double term = x.Span[i] * y.Span[i];
                sum += term;
                scale += Math.Abs(term);
            }
        return (sum, scale);
    }

    /// <summary>
    /// What rounding at numbers of size 1 does to a sum weighted by u: a flat function such as a saturated sigmoid computes its tiny slope as a
    /// difference of such numbers.
    /// </summary>
    public static double Floor(Tensors<double> u)
    {
        double sum = 0;
        foreach (var tensor in u)
            foreach (double number in tensor.Span) sum += Math.Abs(number);
        return 1e-15 * sum;
    }
}
