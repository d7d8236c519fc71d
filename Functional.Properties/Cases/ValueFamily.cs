using Functional.Core;
using LanguageExt;

namespace Functional.Properties;

/// <summary>What values an input may take.</summary>
public enum ValueKind
{
    /// <summary>Any real number.</summary>
    Real,

    /// <summary>Strictly between 0 and 1.</summary>
    Probability,

    /// <summary>Strictly positive numbers that sum to 1.</summary>
    Distribution,

    /// <summary>Strictly positive.</summary>
    Positive,

    /// <summary>From −2 to 2: for layers with sigmoids inside, whose tiny slopes further out drown in the rounding of what they are multiplied with.</summary>
    Bounded,

    /// <summary>Whole numbers from 0 to 2: classes, places in a table.</summary>
    Index,

    /// <summary>−1 or 1.</summary>
    Sign,

    /// <summary>0 or 1: masks, answers to a question.</summary>
    Mask,

    /// <summary>One 1 in each example, else 0: targets of a classification.</summary>
    OneHot,
}

/// <summary>Families of values, made on purpose so that awkward ones are not left to chance.</summary>
public enum ValueFamily
{
    /// <summary>Standard normal.</summary>
    Normal,

    /// <summary>Few different values, so that there are ties and exact zeros.</summary>
    Ties,

    /// <summary>All exactly 0.</summary>
    Zero,

    /// <summary>From ±4 to some ±30, where sigmoids go flat and approximations change pieces.</summary>
    Saturated,

    /// <summary>Around 10⁻⁴.</summary>
    Tiny,

    /// <summary>Around ±1000.</summary>
    Huge,

    /// <summary>Around ±40, where sigmoids are 0 or 1 to rounding.</summary>
    Flat,

    /// <summary>Around 10⁻⁸.</summary>
    Minute,

    /// <summary>Around ±10⁶.</summary>
    Vast,
}

/// <summary>Makes cases from keys: equal keys give equal cases.</summary>
public static class CaseMaker
{
    /// <summary>A case of a layer at inputs of these shapes.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">The shapes of one example's inputs.</param>
    /// <param name="batch">How many examples.</param>
    /// <param name="key">What all numbers are drawn from.</param>
    /// <param name="family">Where the inputs' values come from.</param>
    /// <param name="kinds">What values each input may take; any real number where empty.</param>
    /// <param name="mode">Training or inference.</param>
    /// <param name="weights">Where the parameters' values come from.</param>
    public static LayerCase Make(
        Layer layer, Seq<Shape> inputs, int batch, Key key, ValueFamily family = ValueFamily.Normal, Seq<ValueKind> kinds = default, Mode mode = Mode.Train,
        ValueFamily weights = ValueFamily.Normal)
    {
        Tensors<double> x = [.. inputs.Select((shape, i) => Values(key.For("input").Split((ulong)i), shape.Batched(batch), family, kinds.IsEmpty ? ValueKind.Real : kinds[i]))];
        Tensors<double> w = [.. layer.Parameters(inputs).Select((parameter, i) => Values(key.For("parameter").Split((ulong)i), parameter.Shape, weights, ValueKind.Real))];
        Tensors<double> state = [.. layer.States(inputs).Select((parameter, i) => Values(key.For("state").Split((ulong)i), parameter.Shape, ValueFamily.Normal, ValueKind.Probability))];
        return new(layer, x, w, state, mode, key);
    }

    /// <summary>A tensor of values of a kind and family.</summary>
    public static Tensor<double> Values(Key key, Shape shape, ValueFamily family, ValueKind kind)
    {
        double[] numbers = new double[shape.Size];
        key.Normal<double>(numbers);
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = family switch
            {
                ValueFamily.Ties => Math.Round(numbers[i]),
                ValueFamily.Zero => 0,
                ValueFamily.Saturated => Math.Sign(numbers[i]) * (4 + 8 * Math.Abs(numbers[i])),
                ValueFamily.Tiny => 1e-4 * numbers[i],
                ValueFamily.Huge => 1000 * numbers[i],
                ValueFamily.Flat => Math.Sign(numbers[i]) * (40 + numbers[i]),
                ValueFamily.Minute => 1e-8 * numbers[i],
                ValueFamily.Vast => 1e6 * numbers[i],
                _ => numbers[i],
            };
        if (kind == ValueKind.Bounded)
        {
            for (int i = 0; i < numbers.Length; i++) numbers[i] = Math.Clamp(numbers[i], -2, 2);
        }
        else if (kind == ValueKind.Positive)
        {
            for (int i = 0; i < numbers.Length; i++) numbers[i] = 0.1 + Math.Abs(numbers[i]);
        }
        else if (kind is ValueKind.Index or ValueKind.Sign or ValueKind.Mask)
        {
            for (int i = 0; i < numbers.Length; i++)
                numbers[i] = kind == ValueKind.Sign ? (numbers[i] < 0 ? -1 : 1) : kind == ValueKind.Mask ? (numbers[i] < 0 ? 0 : 1) : Math.Abs(Math.Round(numbers[i])) % 3;
        }
        else if (kind == ValueKind.OneHot)
        {
            int width = shape.Rank > 1 ? shape.Example.Size : 1;
            for (int row = 0; row < numbers.Length; row += width)
            {
                var example = numbers.AsSpan(row, width);
                int place = System.Numerics.Tensors.TensorPrimitives.IndexOfMax<double>(example);
                example.Clear();
                example[place] = 1;
            }
        }
        else if (kind != ValueKind.Real)
        {
            // Through a squashed sigmoid, away from 0 and 1, where the logarithms of the losses bend too sharply for differences; nearer to them where values are large.
            var (least, reach) = family is ValueFamily.Saturated or ValueFamily.Huge ? (0.001, 7) : (0.02, 3);
            for (int i = 0; i < numbers.Length; i++) numbers[i] = least + (1 - 2 * least) / (1 + Math.Exp(-Math.Clamp(numbers[i], -reach, reach)));
            if (kind == ValueKind.Distribution)
            {
                int width = shape.Rank > 1 ? shape.Example.Size : 1;
                for (int row = 0; row < numbers.Length; row += width)
                {
                    double sum = numbers.AsSpan(row, width).ToArray().Sum();
                    for (int i = row; i < row + width; i++) numbers[i] /= sum;
                }
            }
        }
        return Tensor.From<double>(shape, numbers);
    }
}
