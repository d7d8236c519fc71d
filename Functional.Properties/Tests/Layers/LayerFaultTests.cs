using Functional.Core;
using LanguageExt;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Properties.Tests.Given;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests;

/// <summary>What layers refuse, to the word: settings that no input fits, and inputs that do not fit.</summary>
public class LayerFaultTests
{
    private static void Settings(string said, Layer layer) => Assert.Equal(said, string.Join(" ", layer.Faults.Map(fault => fault.Message)));

    private static void Inputs(string said, Layer layer, params Shape[] shapes) => Assert.Equal(said, layer.Outputs(toSeq(shapes)).Fault().Message);

    private static void Gives(Shape output, Layer layer, params Shape[] shapes) => Assert.Equal(output, layer.Outputs(toSeq(shapes)).Value()[0]);

    [Fact]
    public void The_number_of_inputs()
    {
        foreach (var layer in Seq(Dense(2), Relu(), Dropout(), Embedding(2, 2), Softmax(), LayerNorm(), Flatten(), Reshape([4]), PRelu(), Conv1d(2, 1), MaxPool1d(1), LearnedPositions(), RotaryPositions(), GlobalMaxPool(), Split(4)))
            Inputs("got 2 inputs ([2, 2], [2, 2]), needed 1.", layer, [2, 2], [2, 2]);
        foreach (var layer in Seq(Subtract(), Multiply())) Inputs("got 3 inputs ([2], [2], [2]), needed 2.", layer, [2], [2], [2]);
        Inputs("got 1 inputs, needed two or more of one shape.", Add(), [2]);
        Inputs("got 1 inputs, needed two or more.", Concat(), [2]);
        Inputs("got 2 inputs ([2, 2], [2, 2]), needed 3.", Attention(1), [2, 2], [2, 2]);
        Inputs("got 3 inputs ([2, 2], [2, 2], [2, 2]), needed 4.", Attention(1, isMasked: true), [2, 2], [2, 2], [2, 2]);
        Inputs("got 2 inputs, needed 1.", Residual(Tanh()), [2], [2]);
        Inputs("got 3 inputs, needed x, or x and z.", MultiHeadAttention(1), [2, 2], [2, 2], [2]);
        Inputs("got 1 inputs, needed x and its mask, or x, z and z's mask.", MultiHeadAttention(1, isMasked: true), [2, 2]);
        Inputs("got 4 inputs, needed x and its mask, or x, z and z's mask.", MultiHeadAttention(1, isMasked: true), [2, 2], [2, 2], [2], [2]);
        Inputs("got 2 inputs, needed x.", TransformerBlock(1), [2, 2], [2]);
        Inputs("got 1 inputs, needed x and its mask.", TransformerBlock(1, isMasked: true), [2, 2]);
        Inputs("got 1 inputs ([2, 2]), needed 2.", Rnn(1, isMasked: true), [2, 2]);
        Inputs("got 1 inputs ([2, 2]), needed 3.", new RecurrentLayer<LstmCell>(1) { HasStart = true }, [2, 2]);
        var states = new RecurrentLayer<LstmCell>(3) { HasStart = true, HasFinal = true };
        Inputs("got 1 inputs, needed 9: x, the states.", new RecurrentStackLayer(states, 2, true), [4, 2]);
        Inputs("got 1 inputs, needed 6: x, the mask, the states.", new RecurrentStackLayer(states with { IsMasked = true }, 2, false), [4, 2]);
        Inputs("got 2 inputs, needed 1: x.", new RecurrentStackLayer(new RecurrentLayer<RnnCell>(3), 2, false), [4, 2], [4]);
    }

    [Fact]
    public void Inputs_without_axes()
    {
        foreach (var layer in Seq(Dense(2), Softmax(), LogSoftmax(), LogSumExp(), LayerNorm(), RmsNorm(), GroupNorm(1), BatchNorm(), Glu(), PRelu(true), Split(1)))
            Inputs("got a number [], needed a vector or more axes (Reshape it to [1]).", layer, Shape.Of());
        Inputs("got a number [], needed a vector or more axes (Reshape it to [1]).", Concat(), Shape.Of(), [1]);
        Inputs("got a number [], needed a vector or more axes (Reshape it to [1]).", TransformerBlock(1), Shape.Of());
        Inputs("got a number [], needed a vector or more axes (Reshape it to [1]).", MultiHeadAttention(1), Shape.Of());
        Inputs("got a number [], needed a vector or more axes (Reshape it to [1]).", MultiHeadAttention(1), [2, 2], Shape.Of());
        Gives(Shape.Of(), PRelu(), Shape.Of());
    }

    [Fact]
    public void Shapes_that_do_not_fit_each_other()
    {
        Inputs("got [2, 3] and [3, 2], needed inputs of one shape (the sizes agree: Reshape to [2, 3]).", Add(), [2, 3], [3, 2]);
        Inputs("got [2] and [3], needed inputs of one shape (a Dense(2) on the other would give it that size).", Multiply(), [2], [3]);
        Inputs("got q [2], k [2, 2], v [2, 2], needed sequences [length, width].", Attention(1), [2], [2, 2], [2, 2]);
        Inputs("got q [2, 2], k [2], v [2, 2], needed sequences [length, width].", Attention(1), [2, 2], [2], [2, 2]);
        Inputs("got q [2, 2], k [2, 2], v [2], needed sequences [length, width].", Attention(1), [2, 2], [2, 2], [2]);
        Inputs("got q of width 2, k of width 3, needed one width.", Attention(1), [2, 2], [2, 3], [2, 2]);
        Inputs("got 3 keys, 4 values, needed as many.", Attention(1), [2, 2], [3, 2], [4, 2]);
        Inputs("got widths 3 and 2 in 2 heads, needed widths that 2 divides.", Attention(2), [2, 3], [2, 3], [2, 2]);
        Inputs("got widths 2 and 3 in 2 heads, needed widths that 2 divides.", Attention(2), [2, 2], [2, 2], [2, 3]);
        Inputs("got a mask of shape [2], needed [3], a number for each key.", Attention(1, isMasked: true), [2, 2], [3, 2], [3, 2], [2]);
        Gives([5, 6], Attention(2, isMasked: true), [5, 4], [3, 4], [3, 6], [3]);
        Inputs("got a mask of shape [4], needed [5], a number for each step.", Gru(3, isMasked: true), [5, 2], [4]);
        Inputs("got starting states [3], [2], needed [3].", new RecurrentLayer<LstmCell>(3) { HasStart = true }, [5, 2], [3], [2]);
        Inputs("got starting states [2], needed [3].", new RecurrentLayer<GruCell>(3) { HasStart = true, IsMasked = true }, [5, 2], [5], [2]);
    }

    [Fact]
    public void Shapes_that_do_not_fit_the_layer()
    {
        Inputs("got shape [4], needed a sequence [length, width] (Reshape to [4, 1] if its steps are numbers).", Lstm(3), [4]);
        Inputs("got shape [4, 2, 2], needed a sequence [length, width].", Lstm(3), [4, 2, 2]);
        Inputs("got shape [4], needed a sequence [channels, length] (Reshape to [1, 4] if it has one channel).", Conv1d(2, 1), [4]);
        Inputs("got shape [4, 2, 2], needed a sequence [channels, length].", ConvTranspose1d(2, 1), [4, 2, 2]);
        Inputs("got shape [4, 3], needed an image [channels, height, width] (Reshape to [1, 4, 3] if it has one channel).", Conv2d(2, 1), [4, 3]);
        Inputs("got shape [4], needed an image [channels, height, width].", ConvTranspose2d(2, 1), [4]);
        Inputs("got 3 and 4 channels in 2 groups, needed channels in and out that 2 divides.", Conv1d(4, 1, groups: 2), [3, 5]);
        Inputs("got 3 and 4 channels in 2 groups, needed channels in and out that 2 divides.", Conv2d(4, 1, groups: 2), [3, 5, 5]);
        Inputs("got 40000 and 60000 channels of 1 places, needed fewer weights than an array holds.".Replace("got ", "got a kernel for ", StringComparison.Ordinal), Conv1d(60_000, 1), [40_000, 5]);
        Gives([32_768, 5], Conv1d(32_768, 1), [65_535, 5]);
        Inputs("got a kernel that reaches over 7, needed at most 6: 5 and 1 + 0 of padding (use Padding.Same or a smaller kernel).", Conv1d(1, 4, dilation: 2, padding: new Padding(0, 0, 1, 0)), [1, 5]);
        Gives([1, 1], Conv1d(1, 4, dilation: 2, padding: new Padding(0, 0, 1, 1)), [1, 5]);
        Gives([1, 3], Conv1d(1, 4, stride: 2, dilation: 2, padding: Padding.Same), [1, 5]);
        Inputs("got padding 2 + 2, needed an output of at least 1, which would be 0.", ConvTranspose1d(1, 4, padding: 2), [1, 1]);
        Gives([1, 1], ConvTranspose1d(1, 5, padding: 2), [1, 1]);
        Inputs("got shape [5], needed an even last size, for two halves.", Glu(), [5]);
        Gives([3, 2], Glu(), [3, 4]);
        Inputs("got shape [5], needed channels of places, [channels, …].", GlobalMaxPool(), [5]);
        Inputs("got 3 groups for 4 channels, needed a number of groups that divides the channels.", GroupNorm(3), [4, 2]);
        Inputs("got shape [4], needed [length, width].", LearnedPositions(), [4]);
        Inputs("got shape [4, 3, 2], needed [length, width].", SinusoidalPositions(), [4, 3, 2]);
        Inputs("got shape [4], needed […, length, width] with an even width.", RotaryPositions(), [4]);
        Inputs("got shape [4, 3], needed […, length, width] with an even width.", RotaryPositions(), [4, 3]);
        Gives([2, 4, 2], RotaryPositions(), [2, 4, 2]);
        Inputs("got shape [5] of 5 elements, needed 6 elements for [2, 3].", Reshape([2, 3]), [5]);
        Inputs("got outputs [4] for inputs [3], needed the shapes that go in, as they come out unchanged in inference.", OnlyInTraining(Dense(4)), [3]);
        Inputs("got a factor of 65536 × 2 for [1, 65536, 1], needed sizes up to 2,147,483,647.", Upsample2d((65536, 2)), [1, 65536, 1]);
        Inputs("got a factor of 2 × 65536 for [1, 1, 65536], needed sizes up to 2,147,483,647.", Upsample2d((2, 65536)), [1, 1, 65536]);
        Gives([1, int.MaxValue], Upsample1d(int.MaxValue), [1, 1]);
    }

    [Fact]
    public void Parts_and_axes()
    {
        Inputs("got axis 2 for shape [3, 4], needed an axis from -2 to 1.", Concat(2), [3, 4], [3, 4]);
        Inputs("got axis -3 for shape [3, 4], needed an axis from -2 to 1.", Concat(-3), [3, 4], [3, 4]);
        Inputs("got [3, 4] and [3, 5], needed inputs that agree in every axis but 0 (Flatten them first to join all their elements).", Concat(), [3, 4], [3, 5]);
        Inputs("got [3, 4] and [3], needed inputs that agree in every axis but 0 (Flatten them first to join all their elements).", Concat(), [3, 4], [3]);
        Inputs("got a joint size of 2,147,483,648, needed at most 2,147,483,647.", Concat(), [int.MaxValue], [1]);
        Gives([int.MaxValue], Concat(), [int.MaxValue - 1], [1]);
        Inputs("got axis 2 for shape [3, 4], needed an axis from -2 to 1.", SplitAlong(2, 3), [3, 4]);
        Inputs("got axis -3 for shape [3, 4], needed an axis from -2 to 1.", SplitAlong(-3, 3), [3, 4]);
        Inputs("got parts 1 + 1 = 2, needed parts that add up to 4, axis 1 of [3, 4] (a last part of 2 is missing).", SplitAlong(-1, 1, 1), [3, 4]);
        Inputs("got parts 3 + 2 = 5, needed parts that add up to 4, axis 1 of [3, 4].", SplitAlong(1, 3, 2), [3, 4]);
        Settings("got no sizes, needed at least one.", Split());
        Settings("got part size 0, needed part size of at least 1. got part size -1, needed part size of at least 1.", Split(0, 1, -1));
        Settings("got 1 branches, needed two or more.", Branches(Tanh()));
        Settings("", Branches(Tanh(), Relu()));
    }

    [Fact]
    public void Settings_that_no_input_fits()
    {
        Settings("got units 0, needed units of at least 1.", Dense(0));
        Settings("got width 0, needed width of at least 1.", Gru(0));
        Settings("got count 0, needed count of at least 1. got width -1, needed width of at least 1.", Embedding(0, -1));
        Settings("got heads 0, needed heads of at least 1.", Attention(0));
        Settings("got heads 0, needed heads of at least 1.", MultiHeadAttention(0));
        Settings("got heads 0, needed heads of at least 1. got expansion 0, needed expansion of at least 1.", TransformerBlock(0, expansion: 0));
        Settings("got groups 0, needed groups of at least 1. got epsilon 0, needed an epsilon above 0.", GroupNorm(0, 0));
        Settings("got epsilon -1, needed an epsilon above 0.", LayerNorm(-1));
        Settings("got epsilon NaN, needed an epsilon above 0.", RmsNorm(double.NaN));
        Settings("got rate 1.5, needed a rate from 0 to 1.", Dropout(1.5));
        Settings("got rate -0.5, needed a rate from 0 to 1.", Dropout(-0.5));
        Settings("", Dropout(0) >> Dropout(1));
        Settings("", Dropout(0));
        Settings("", Dropout(1));
        Settings("got base 1, needed a base above 1.", SinusoidalPositions(1));
        Settings("got base 1, needed a base above 1.", RotaryPositions(1));
        Settings("got factor 0, needed factor of at least 1.", Upsample2d((0, 2)));
        Settings("got factor 0, needed factor of at least 1.", Upsample2d((2, 0)));
        Settings(
            "got channels 0, needed channels of at least 1. got groups 0, needed groups of at least 1. got kernel height 0, needed kernel height of at least 1. got kernel width -1, needed kernel width of at least 1. "
            + "got stride 0, needed stride of at least 1. got dilation 0, needed dilation of at least 1.", Conv2d(0, (0, -1), (0, 1), null, (1, 0), 0));
        Settings("got padding same, needed numbers ((kernel − stride) / 2, rounded up, lets the image grow by the stride).", ConvTranspose2d(1, 2, padding: Padding.Same));
        foreach (var extra in new Extent[] { (-1, 0), (0, -1), (2, 0), (0, 3) })
            Settings($"got extra {extra}, needed at least 0 and smaller than the stride or the dilation.", ConvTranspose2d(1, 2, (2, 3), extra: extra));
        foreach (var extra in new Extent[] { (0, 0), (1, 2) }) Settings("", ConvTranspose2d(1, 2, (2, 3), extra: extra));
        Settings("", ConvTranspose1d(1, 2, dilation: 3, extra: 2));
        Settings("got epsilon 0, needed an epsilon above 0.", Remat(LayerNorm(0)));
        Settings("got [0, 2] has a size of 0 or below, needed a shape of positive sizes.", Reshape([0, 2]));
        Assert.EndsWith("needed positive sizes that an array can hold.", Flatten().Outputs(Seq1(Shape.Of(65536, 65536))).Fault().Message, StringComparison.Ordinal);
        Settings("got layers 0, needed layers of at least 1. got width 0, needed width of at least 1.", new RecurrentStackLayer(Gru(0), 0, false));
    }
}
