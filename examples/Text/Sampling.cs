using Functional.Core;
using LanguageExt;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace TextExample;

/// <summary>Text that a network makes up.</summary>
public static class Sampling
{
    /// <summary>
    /// Goes on with a text, character by character, each drawn from the network's probabilities after what stands before it, as far as a window reaches back.
    /// The same key gives the same text.
    /// </summary>
    /// <param name="network">From windows of characters to logits of the next ones, no character seeing a later one.</param>
    /// <param name="parameters">The network's parameters.</param>
    /// <param name="alphabet">The characters by number.</param>
    /// <param name="prompt">What comes first; at least one character, all of the alphabet.</param>
    /// <param name="count">How many characters to add.</param>
    /// <param name="temperature">What logits are divided by: below 1 for what is likely, above for what is rare.</param>
    /// <param name="key">Decides what is drawn.</param>
    public static string Continue(Network network, Parameters<float> parameters, string alphabet, string prompt, int count, double temperature, Key key)
    {
        int length = network.Inputs[0].Shape[0];
        var numbers = prompt.Select(letter => (float)alphabet.IndexOf(letter, StringComparison.Ordinal)).ToList();
        float[] logits = new float[length * alphabet.Length], chances = new float[count];
        key.Uniform<float>(chances);
        foreach (float chance in chances)
        {
            // The window's end is filled up: what stands there is not seen from before.
            int seen = Math.Min(numbers.Count, length);
            float[] window = [.. numbers.TakeLast(seen), .. new float[length - seen]];
            network.ForwardInto(parameters, Tensor.From<float>([1, length], window), logits).ThrowIfFail();
            numbers.Add(Drawn(logits.AsSpan((seen - 1) * alphabet.Length, alphabet.Length), (float)temperature, chance));
        }
        return string.Concat(numbers.Select(number => alphabet[(int)number]));
    }

    /// <summary>The first character up to which the probabilities add up to more than a number from 0 to 1.</summary>
    private static int Drawn(Span<float> logits, float temperature, float chance)
    {
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max<float>(logits), logits);
        TensorPrimitives.Divide(logits, temperature, logits);
        TensorPrimitives.SoftMax(logits, logits);
        for (int i = 0; i < logits.Length; i++)
            if ((chance -= logits[i]) < 0) return i;
        return TensorPrimitives.IndexOfMax<float>(logits);
    }
}
