using System.Collections.Immutable;
using System.IO.Compression;
using Functional.Core;

namespace TextExample;

/// <summary>A text as numbers, one a character: a part to learn from and, after it, one that is held out.</summary>
/// <param name="Alphabet">The characters, in order; a character's number is its place.</param>
/// <param name="Training">The numbers to learn from.</param>
/// <param name="HeldOut">The numbers to measure by.</param>
public sealed record Corpus(string Alphabet, ImmutableArray<float> Training, ImmutableArray<float> HeldOut)
{
    /// <summary>The novel beside the program.</summary>
    public static Corpus Read()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "pride-and-prejudice.txt.gz"));
        using var text = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        return Of(text.ReadToEnd());
    }

    /// <summary>A text, its last part held out.</summary>
    /// <param name="text">The characters.</param>
    /// <param name="heldOut">The share that is held out.</param>
    public static Corpus Of(string text, double heldOut = 0.1)
    {
        string alphabet = string.Concat(text.Distinct().Order());
        float[] numbers = [.. text.Select(letter => (float)alphabet.IndexOf(letter, StringComparison.Ordinal))];
        int learned = (int)(numbers.Length * (1 - heldOut));
        return new(alphabet, [.. numbers[..learned]], [.. numbers[learned..]]);
    }

    /// <summary>Windows of the training text at places that the key decides: the characters, and after each the one that follows.</summary>
    public Batch<float> Draw(Key key, int length, int count) => Windows(Training, length, [.. Enumerable.Range(0, count).Select(i => key.Below(Training.Length - length, (ulong)i))]);

    /// <summary>The held-out text in windows, one behind the other.</summary>
    public Batch<float> Measured(int length) => Windows(HeldOut, length, [.. Enumerable.Range(0, (HeldOut.Length - 1) / length).Select(i => i * length)]);

    private static Batch<float> Windows(ImmutableArray<float> text, int length, int[] starts)
    {
        Tensor<float> Shifted(int by)
        {
            var windows = Tensor.Fresh<float>([starts.Length, length]);
            for (int i = 0; i < starts.Length; i++) text.AsSpan(starts[i] + by, length).CopyTo(windows.Span[(i * length)..]);
            return windows.Done();
        }
        return new(Shifted(0), Shifted(1));
    }
}
