using Functional.Core;
using LanguageExt;
using static Functional.Properties.Tests.PlantedBugs.PlantedBug;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.PlantedBugs;

/// <summary>What goes wrong where wires meet and part, and in what a layer promises of its shapes.</summary>
public static class WiringBugs
{
    public static Seq<PlantedBug> All { get; } = Seq(
        Pair("subtract: gradient of the second input with the sign of the first", GradientLaw.Numerical, _ => new SubtractSign()),
        Pair("multiply: gradients of the two inputs exchanged", GradientLaw.Numerical, _ => new MultiplyExchanged()),
        Pair("multiply: the second input taken for the first", GradientLaw.Numerical, _ => new MultiplyAliased()),
        Pair("add: gradient of the second input left at zero", GradientLaw.Numerical, _ => new AddFirstOnly()),
        Pair("concat: gradients of the parts exchanged", GradientLaw.Numerical, _ => new ConcatExchanged()),
        Pair("add: both gradients are one buffer, scaled twice", PurityLaw.Untouched, _ => new AddAliased()).Impure,
        new("split: gradient of the second part lost", GradientLaw.Numerical,
            new CatalogEntry("split", key => (new SplitLosing(Size(key, 0), Size(key, 1)), Seq1(Shape.Of(Size(key, 0) + Size(key, 1)))), Seq1(ValueKind.Real))),
        Matrix("transpose: gradient not transposed back", GradientLaw.Numerical, _ => new TransposeOnce()),
        Vector("output of another shape than promised", ShapeLaw.Promise, _ => new ShapeLie()).Impure,
        Matrix("input gradient with the axes exchanged", ShapeLaw.Promise, _ => new GradientShapeLie()).Impure,
        Vector("weight gradient returned flat", ShapeLaw.Promise, key => new FlatWeightGradient(Size(key, 1))).Impure,
        Pair("one gradient where two inputs need one each", ShapeLaw.Promise, _ => new OneGradient()).Impure);
}

public sealed record SubtractSign() : Spoilt(Layers.Subtract())
{
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call) => new([call.Dy, call.Dy]);
}

public sealed record MultiplyExchanged() : Spoilt(Layers.Multiply())
{
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call)
    {
        var back = right.Backward(call);
        return new([back.Inputs[1], back.Inputs[0]]);
    }
}

public sealed record MultiplyAliased() : Spoilt(Layers.Multiply())
{
    protected override ForwardResult<T> Forward<T>(Differentiable<T> right, in ForwardCall<T> call) =>
        right.Forward(call) with { Saved = [call.Inputs[0], call.Inputs[0]] };
}

public sealed record AddFirstOnly() : Spoilt(Layers.Add())
{
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call) =>
        new([call.Dy, Tensor.Zeros<T>(call.Dy.Shape)]);
}

public sealed record AddAliased() : Spoilt(Layers.Add())
{
    // A half to each, to be a mean later on; but the two are the same memory, and it is the caller's.
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call)
    {
        var back = right.Backward(call);
        foreach (var gradient in back.Inputs)
            foreach (ref T number in gradient.Writable) number /= T.CreateChecked(2);
        return back;
    }
}

public sealed record ConcatExchanged() : Spoilt(Layers.Concat())
{
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call)
    {
        var back = right.Backward(call);
        return new([back.Inputs[1], back.Inputs[0]]);
    }
}

public sealed record SplitLosing(int First, int Second) : Spoilt(Layers.Split(First, Second))
{
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call) =>
        right.Backward(call with { OutputGradients = [call.Dy, Tensor.Zeros<T>(call.OutputGradients[1].Shape)] });
}

public sealed record TransposeOnce : Layer
{
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Map(shape => Seq1(Shape.Of(shape[1], shape[0])));

    public override Differentiable<T> At<T>() => new(
        (in ForwardCall<T> call) =>
        {
            var x = call.X;
            return new(Tensor.Build<T>([x.Batch, x.Shape[2], x.Shape[1]], index => x[index[0], index[2], index[1]]), x);
        },
        (in BackwardCall<T> call) => new(call.Dy.Reshape(call.Saved[0].Shape)));
}

public sealed record ShapeLie() : Spoilt(Layers.Tanh())
{
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => base.Outputs(inputs).Map(shapes => shapes.Map(shape => shape.Then(Shape.Of(1))));
}

public sealed record GradientShapeLie() : Spoilt(Layers.Tanh())
{
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call)
    {
        var dx = right.Backward(call).Inputs[0];
        return new(dx.Reshape([dx.Batch, dx.Shape[2], dx.Shape[1]]));
    }
}

public sealed record FlatWeightGradient(int Units) : Spoilt(new RightDense(Units))
{
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call)
    {
        var back = right.Backward(call);
        return back with { Parameters = [back.Parameters[0].Reshape([back.Parameters[0].Size]), back.Parameters[1]] };
    }
}

public sealed record OneGradient() : Spoilt(Layers.Add())
{
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call) => new(call.Dy);
}
