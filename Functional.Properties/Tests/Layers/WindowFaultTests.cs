using Functional.Core;
using LanguageExt;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Properties.Tests.Given;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests;

/// <summary>What windows, paddings, stacks and repetitions refuse, and what they say to it; and a padding that differs on all four sides.</summary>
public class WindowFaultTests
{
    private static string Said(Layer layer, params int[] shape) => (Input(Shape.Of(shape)) >> layer).Build().Faults();

    private static void Fits(Layer layer, params int[] shape) => Assert.True((Input(Shape.Of(shape)) >> layer).Build().IsSuccess, Said(layer, shape));

    [Fact]
    public void A_padding_is_from_0_to_32768_and_less_than_a_pooling_window()
    {
        foreach (var wrong in new Padding[] { new(-1, 0, 0, 0), new(0, -1, 0, 0), new(0, 0, -1, 0), new(0, 0, 0, -1) })
            Assert.Contains("padding of at least 0", Said(ZeroPad2d(wrong), 2, 5, 5));
        foreach (var wrong in new Padding[] { new(32769, 0, 0, 0), new(0, 32769, 0, 0), new(0, 0, 32769, 0), new(0, 0, 0, 32769) })
        {
            Assert.Contains("at most 32,768", Said(ZeroPad2d(wrong), 2, 5, 5));
            Assert.Contains("32769", Said(ZeroPad2d(wrong), 2, 5, 5));
        }
        Fits(ZeroPad2d(new(32768, 0, 0, 32768)), 1, 1, 1);
        foreach (var wrong in new Padding[] { new(2, 0, 0, 0), new(0, 2, 0, 0), new(0, 0, 3, 0), new(0, 0, 0, 3) })
            Assert.Contains("less than the kernel, ", Said(MaxPool2d((2, 3), padding: wrong), 2, 9, 9));
        foreach (var right in new Padding[] { new(1, 0, 0, 0), new(0, 1, 0, 0), new(0, 0, 2, 0), new(0, 0, 0, 2) }) Fits(MaxPool2d((2, 3), padding: right), 2, 9, 9);
        Assert.Contains("padding same", Said(ZeroPad2d(Padding.Same), 2, 5, 5));
        Assert.Contains("numbers, as there is no kernel to follow", Said(ZeroPad2d(Padding.Same), 2, 5, 5));
    }

    [Fact]
    public void A_window_is_from_1_to_32768()
    {
        foreach (var wrong in new Extent[] { (0, 2), (2, 0) })
        {
            Assert.Contains("kernel 0", Said(MaxPool2d(wrong), 2, 9, 9));
            Assert.Contains("stride 0", Said(MaxPool2d(2, stride: wrong), 2, 9, 9));
        }
        foreach (var wrong in new Extent[] { (32769, 1), (1, 32769) })
        {
            Assert.Contains("at most 32,768", Said(Conv2d(2, wrong), 2, 9, 9));
            Assert.Contains("at most 32,768", Said(Conv2d(2, 1, dilation: wrong), 2, 9, 9));
            Assert.Contains("kernel ", Said(Conv2d(2, wrong), 2, 9, 9));
        }
        Fits(Conv2d(2, 1, dilation: 32768), 2, 9, 9);
    }

    [Fact]
    public void An_image_or_where_the_height_stays_a_sequence()
    {
        Assert.Contains("an image [channels, height, width] or a sequence [channels, length]", Said(ZeroPad1d(1, 1), 5));
        Assert.Contains("an image [channels, height, width] or a sequence [channels, length]", Said(ZeroPad1d(1, 1), 5, 4, 3, 2));
        string said = Said(ZeroPad2d(new(0, 1, 0, 0)), 2, 5);
        Assert.Contains("shape [2, 5]", said);
        Assert.Contains("an image [channels, height, width]", said);
        Assert.DoesNotContain("sequence", said);
        Assert.DoesNotContain("sequence", Said(ZeroPad2d(new(1, 0, 0, 0)), 2, 5));
        Assert.DoesNotContain("sequence", Said(ZeroPad2d(new(1, 1, 0, 0)), 2, 5));
        foreach (var (layer, shape) in new[] { (ZeroPad1d(1, 0), Shape.Of(1, int.MaxValue)), (ZeroPad2d(new(1, 0, 0, 0)), Shape.Of(1, int.MaxValue, 1)) })
        {
            Assert.Contains("sizes up to 2,147,483,647", layer.Outputs(Seq1(shape)).Fault().Message);
            Assert.Contains($"for {shape}", layer.Outputs(Seq1(shape)).Fault().Message);
        }
        Assert.Equal(Shape.Of(1, int.MaxValue), ZeroPad1d(1, 0).Outputs(Seq1(Shape.Of(1, int.MaxValue - 1))).Value()[0]);
    }

    [Fact]
    public void Zeros_stand_on_all_four_sides_of_every_channel()
    {
        var x = Tensor.Build<double>([2, 2, 2, 3], index => 1 + index[0] * 12 + index[1] * 6 + index[2] * 3 + index[3]);
        var layer = ZeroPad2d(new(1, 2, 3, 1));
        var y = layer.Run<double>(x)[0];
        Assert.Equal(Shape.Of(2, 2, 5, 7), y.Shape);
        double Expected(ReadOnlySpan<int> at) => at[2] is 1 or 2 && at[3] is >= 3 and < 6 ? x[at[0], at[1], at[2] - 1, at[3] - 3] : 0;
        Assert.Equal(Tensor.Build<double>(y.Shape, Expected), y);
        Assert.Equal(x, layer.Back<double>([x], y).Inputs[0]);
    }

    [Fact]
    public void Same_padding_is_half_in_front_rounded_down_and_windows_touch_by_default()
    {
        // Kernel 4 at stride 1 needs 3 places around: 1 before, 2 behind. At stride 2 of 5: ⌈5/2⌉ = 3 outputs, 3 places.
        double[] x = [1, 2, 3, 4, 5];
        double[] Sums(int stride, int dilation = 1) =>
            Conv1d(1, 4, stride, Padding.Same, dilation, bias: false).Run<double>(Tensor.From<double>([1, 1, 5], x), Tensor.Filled([1, 1, 4], 1.0))[0].ToArray();
        Assert.Equal([6, 10, 14, 12, 9], Sums(1));
        Assert.Equal([6, 14, 9], Sums(2));
        Assert.Equal([6, 9, 6, 9, 6], Sums(1, 2));
        Assert.Equal([2, 4], MaxPool1d(2).Run<double>(Tensor.From<double>([1, 1, 5], x))[0].ToArray());
        Assert.Equal(Shape.Of(1, 2, 2), MaxPool2d((2, 3)).Outputs(Seq1<Shape>([1, 4, 6])).Value()[0]);
        Assert.Equal(Shape.Of(1, int.MaxValue), ConvTranspose1d(1, 1).Outputs(Seq1<Shape>([1, int.MaxValue])).Value()[0]);
    }

    [Fact]
    public void The_largest_of_a_channel_is_the_first_of_equals_or_not_a_number()
    {
        var x = Tensor.From<double>([1, 4, 3], 1, 3, 3, 5, 4, 5, double.NaN, 7, double.NaN, 7, double.NaN, 8);
        Assert.Equal([3, 5, double.NaN, double.NaN], GlobalMaxPool().Run<double>(x)[0].ToArray());
        Assert.Equal([0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0], GlobalMaxPool().Back<double>(x, Tensor.Filled([1, 4], 1.0)).Inputs[0].ToArray());
    }

    [Fact]
    public void Stacks_and_repetitions_say_what_they_need()
    {
        Assert.Contains("layers 0", Said(new RecurrentStackLayer(Gru(3), 0, false), 4, 2));
        Assert.Contains("a stack of dense", Said(new RecurrentStackLayer(Dense(3), 2, false), 4, 2));
        Assert.Contains("a recurrent layer", Said(new RecurrentStackLayer(Dense(3), 2, false), 4, 2));
        Assert.Contains("-1 times", Said(Repeat(-1, Dense(3)), 3));
        Assert.Contains("0 or more", Said(Repeat(-1, Dense(3)), 3));
        Fits(Repeat(0, Dense(3)), 3);
        Assert.IsNotType<RecurrentStackLayer>(Gru(3));
        Assert.IsType<RecurrentStackLayer>(Gru(3, isBidirectional: true));
        Assert.IsType<RecurrentStackLayer>(Gru(3, layers: 2));
        Assert.Contains("2: x, the mask", Said(Lstm(3, layers: 2, isMasked: true), 4, 2));
        Assert.Contains("momentum 1.5", Said(BatchNorm(1.5), 3));
        Assert.Contains("a momentum from 0 to 1", Said(BatchNorm(-0.5), 3));
        Fits(BatchNorm(0), 3);
        Fits(BatchNorm(1), 3);
    }
}
