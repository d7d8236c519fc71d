using Functional.Core;
using Xunit;
using static Functional.Core.Layers;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests;

/// <summary>Shapes and messages of layers with sliding windows, and maxima over windows that overlap.</summary>
public class WindowTests
{
    [Fact]
    public void Shapes_are_those_of_the_field()
    {
        Assert.Equal(Shape.Of(32, 26, 26), Out(Conv2d(32, 3), [1, 28, 28]));
        Assert.Equal(Shape.Of(8, 28, 28), Out(Conv2d(8, 5, padding: Padding.Same), [1, 28, 28]));
        Assert.Equal(Shape.Of(8, 14, 14), Out(Conv2d(8, 3, stride: 2, padding: 1), [4, 28, 28]));
        Assert.Equal(Shape.Of(8, 3, 3), Out(Conv2d(8, 3, stride: 2, padding: Padding.Same), [4, 5, 6]));
        Assert.Equal(Shape.Of(8, 6), Out(Conv1d(8, 3, dilation: 2), [4, 10]));
        Assert.Equal(Shape.Of(8, 28, 28), Out(ConvTranspose2d(8, 3, stride: 2, padding: 1, extra: 1), [4, 14, 14]));
        Assert.Equal(Shape.Of(8, 20), Out(ConvTranspose1d(8, 2, stride: 2), [4, 10]));
        Assert.Equal(Shape.Of(4, 3), Out(MaxPool1d(2), [4, 7]));
        Assert.Equal(Shape.Of(4), Out(GlobalAveragePool(), [4, 7, 7]));
        Assert.Equal(Shape.Of(4, 14, 21), Out(Upsample2d((2, 3)), [4, 7, 7]));
        Assert.Equal(Shape.Of(4, 9, 10), Out(ZeroPad2d((1, 2)), [4, 7, 6]));
    }

    [Fact]
    public void What_does_not_fit_is_said()
    {
        Assert.Contains("Reshape to [1, 28, 28]", Fault(Conv2d(8, 3), [28, 28]), StringComparison.Ordinal);
        Assert.Contains("at most 4: 4 and 0 + 0 of padding", Fault(Conv2d(8, 5), [3, 4, 9]), StringComparison.Ordinal);
        Assert.Contains("channels in and out that 2 divides", Fault(Conv2d(8, 3, groups: 2), [3, 9, 9]), StringComparison.Ordinal);
        Assert.Contains("less than the kernel", MaxPool2d(2, padding: 2).Faults.Head.Message, StringComparison.Ordinal);
        Assert.Contains("smaller than the stride", ConvTranspose1d(8, 3, stride: 2, extra: 2).Faults.Head.Message, StringComparison.Ordinal);
    }

    // Where windows overlap, an element may be the largest of several; with ties no single choice gives a slope from both sides.
    [Fact]
    public void Overlapping_maxima_obey_the_laws_where_there_are_no_ties() =>
        Verify.Layer(MaxPool2d(3, stride: 1, padding: 1), new VerifyOptions { Families = Seq1(ValueFamily.Normal) }, [2, 5, 6]);

    [Fact]
    public void Ties_go_to_the_first()
    {
        var layer = MaxPool2d(2).At<float>();
        var forward = layer.Forward(new ForwardCall<float>(Tensor.Filled<float>([1, 1, 2, 40], 3)));
        var dx = layer.Backward(new BackwardCall<float>(Tensor.Filled<float>([1, 1, 1, 20], 1), forward.Saved)).Inputs[0];
        for (int i = 0; i < 80; i++) Assert.Equal(i < 40 && i % 2 == 0 ? 1 : 0, dx.Span[i]);
    }

    private static Shape Out(Layer layer, Shape input) => layer.Outputs(Seq1(input)).ThrowIfFail()[0];

    private static string Fault(Layer layer, Shape input) => layer.Outputs(Seq1(input)).Match(_ => "", error => error.Message);
}
