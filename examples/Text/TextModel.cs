using Functional.Core;
using static Functional.Core.Layers;

namespace TextExample;

/// <summary>A network that says, for each character of a window, which one it expects next; and how it learns.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Layers">From the numbers of characters <c>[length]</c> to logits <c>[length, alphabet]</c>.</param>
/// <param name="Length">How many characters a window has.</param>
/// <param name="BatchSize">How many windows a step learns from.</param>
/// <param name="Rate">The highest learning rate.</param>
/// <param name="Steps">How many steps the rate's way up and down takes unless it is said otherwise.</param>
public sealed record TextModel(string Name, Layer Layers, int Length, int BatchSize, double Rate, int Steps)
{
    private const int WarmUp = 100;

    /// <summary>Four transformer blocks of width 128 with four heads, which see 128 characters back.</summary>
    /// <param name="alphabet">How many characters there are.</param>
    public static TextModel Transformer(int alphabet) => Transformer(alphabet, width: 128, heads: 4, blocks: 4, length: 128);

    /// <summary>Transformer blocks of any size.</summary>
    public static TextModel Transformer(int alphabet, int width, int heads, int blocks, int length) => new(
        "transformer",
        Embedding(alphabet, width, Initializer.Normal(0, 0.02)) >> LearnedPositions() >> Repeat(blocks, TransformerBlock(heads, isCausal: true)) >> LayerNorm() >> Dense(alphabet),
        length, BatchSize: 16, Rate: 2e-3, Steps: 3000);

    /// <summary>Gated recurrent units: a state of 256 numbers that goes from character to character.</summary>
    /// <param name="alphabet">How many characters there are.</param>
    /// <param name="width">How many numbers the state has.</param>
    /// <param name="length">How many characters a window has.</param>
    public static TextModel Gru(int alphabet, int width = 256, int length = 128) => new(
        "gru", Embedding(alphabet, width / 2) >> Gru(width) >> Dense(alphabet), length, BatchSize: 16, Rate: 4e-3, Steps: 3000);

    /// <summary>The network that predicts and its error, the mean of −log p of the next character, in nats.</summary>
    public Objective Objective => Network.Of([Length], Layers).Bind(network => Objective.Of(network, Losses.CrossEntropy())).ToFin().ThrowIfFail();

    /// <summary>Adam, its rate rising for some steps and falling along half a cosine, and no gradient longer than 1.</summary>
    /// <param name="steps">How many steps there will be.</param>
    public Optimizer Optimizer(int steps) => Optimizers.Adam(Schedules.Cosine(Rate, Rate / 20, Math.Max(1, steps - WarmUp)).WarmedUp(WarmUp)).ClippedByNorm(1);

    private static Layer Gru(int width) => Functional.Core.Layers.Gru(width);
}
