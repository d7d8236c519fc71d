using System.Numerics;
using Functional.Core;
using LanguageExt;
using Xunit;
using static Functional.Core.Layers;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests;

/// <summary>A layer that gives gradients of other shapes than it promised is told so by name, before its numbers are summed up wrongly.</summary>
public class EngineTests
{
    [Theory]
    [InlineData(2, 1, "crooked1: got a gradient of shape [6, 4, 3, 3] for input 1, needed [3, 4, 3, 3], as the input has.")]
    [InlineData(1, 2, "crooked1: got a gradient of shape [2, 4, 3, 3] for parameter 1, needed [4, 3, 3], as the parameter has.")]
    public void A_gradient_of_another_shape_is_refused(int inputs, int parameters, string message)
    {
        var network = (Input(2, 5, 5) >> Conv2d(4, 3) >> new CrookedLayer(inputs, parameters)).Built();
        var pull = network.Pullback(network.Initialize<float>(new Key(1)), Tensor.Zeros<float>([3, 2, 5, 5])).Value();
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => pull.Back(pull.Outputs)).Message);
    }

    [Fact]
    public void The_promised_shapes_are_accepted()
    {
        var network = (Input(2, 5, 5) >> Conv2d(4, 3) >> new CrookedLayer(1, 1)).Built();
        var pull = network.Pullback(network.Initialize<float>(new Key(1)), Tensor.Zeros<float>([3, 2, 5, 5])).Value();
        Assert.Equal(Shape.Of(3, 2, 5, 5), pull.Back(pull.Outputs).Inputs[0].Shape);
    }

    /// <summary>y = x, but of gradients so many times what they should be, one behind the other.</summary>
    private sealed record CrookedLayer(int Inputs, int Times) : Layer
    {
        public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => inputs;

        public override Seq<Parameter> Parameters(Seq<Shape> inputs) => Seq1(new Parameter("gain", inputs[0], Initializer.Ones));

        public override Differentiable<T> At<T>() => new(
            (in ForwardCall<T> call) => new(call.X, call.X),
            (in BackwardCall<T> call) => new(
                Tensor.Zeros<T>(call.Dy.Shape.With(0, Inputs * call.Batch)),
                Tensor.Zeros<T>(Times == 1 ? call.Parameters[0].Shape : call.Parameters[0].Shape.Batched(Times))));
    }
}
