using Functional.Core;
using TextExample;
using Xunit;

namespace Functional.Properties.Tests;

/// <summary>The example that continues a novel, with networks small enough for a test.</summary>
public class TextTests
{
    private static readonly Corpus s_corpus = Corpus.Read();

    public static TheoryData<string> Names => ["transformer", "gru"];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_held_out_loss_falls_and_the_same_key_gives_the_same_text(string name)
    {
        var model = Tiny(name);
        var states = TextTraining.Run(model, s_corpus with { HeldOut = s_corpus.HeldOut[..2000] }, new Key(1), steps: 60, every: 30, measured: 1).ToList();
        Assert.Equal([0, 30, 60], states.Select(state => (int)state.Step));
        double[] losses = [.. states.Select(state => state.Validation!.Loss)];
        Assert.InRange(losses[0], 4, 5);
        Assert.InRange(losses[1], 0, 0.85 * losses[0]);
        Assert.InRange(losses[2], 0, losses[1]);

        string Text(ulong key) => Sampling.Continue(model.Objective.Network, states[^1].Parameters, s_corpus.Alphabet, "It is", 40, 0.8, new Key(key));
        Assert.Equal(Text(1), Text(1));
        Assert.NotEqual(Text(1), Text(2));
        Assert.StartsWith("It is", Text(1), StringComparison.Ordinal);
        Assert.Equal(45, Text(1).Length);
    }

    /// <summary>What comes after a window's filled-up end is drawn from the probabilities at its last character, so near 0 degrees it is the likeliest.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Without_temperature_the_likeliest_character_is_drawn(string name)
    {
        var network = Tiny(name).Objective.Network;
        var parameters = network.Initialize<float>(new Key(3));
        float[] window = [.. "Netherfield Park".Select(letter => (float)s_corpus.Alphabet.IndexOf(letter, StringComparison.Ordinal))];
        var logits = network.Forward(parameters, Tensor.From<float>([1, 16], window)).Value()[0].Reshape([16, s_corpus.Alphabet.Length]);
        for (int seen = 1; seen <= 16; seen++)
        {
            float[] row = logits.Slice(seen - 1, 1).ToArray();
            Assert.Equal(
                "Netherfield Park"[..seen] + s_corpus.Alphabet[Array.IndexOf(row, row.Max())],
                Sampling.Continue(network, parameters, s_corpus.Alphabet, "Netherfield Park"[..seen], 1, 1e-4, new Key((ulong)seen)));
        }
    }

    [Fact]
    public void Windows_are_pieces_of_the_text_with_what_follows_each_character()
    {
        var corpus = Corpus.Of("abcdefghijklmnopqrst", heldOut: 0.5);
        Assert.Equal(("abcdefghijklmnopqrst", 10, 10), (corpus.Alphabet, corpus.Training.Length, corpus.HeldOut.Length));
        var drawn = corpus.Draw(new Key(1), length: 4, count: 50);
        for (int i = 0; i < 50; i++)
        {
            float[] x = drawn.Inputs[0].Slice(i, 1).ToArray(), t = drawn.Targets[0].Slice(i, 1).ToArray();
            Assert.Equal([x[0], x[0] + 1, x[0] + 2, x[0] + 3], x);
            Assert.Equal(x.Select(number => number + 1), t);
            Assert.InRange(t[3], 0, 9);
        }
        Assert.Equal(6, drawn.Inputs[0].ToArray().Where((_, place) => place % 4 == 0).Distinct().Count());
        var measured = corpus.Measured(length: 4);
        Assert.Equal([10, 11, 12, 13, 14, 15, 16, 17], measured.Inputs[0].ToArray());
        Assert.Equal([11, 12, 13, 14, 15, 16, 17, 18], measured.Targets[0].ToArray());
    }

    private static TextModel Tiny(string name) =>
        (name == "gru" ? TextModel.Gru(s_corpus.Alphabet.Length, width: 32, length: 16) : TextModel.Transformer(s_corpus.Alphabet.Length, width: 16, heads: 2, blocks: 2, length: 16))
        with
        { Rate = 0.02 };
}
