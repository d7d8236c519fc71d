using System.Numerics;
using Functional.Core;
using LanguageExt;
using static Functional.Properties.Tests.PlantedBugs.PlantedBug;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.PlantedBugs;

/// <summary>What goes wrong where layers are put together by hand: skips, sharing, batch statistics, dropout.</summary>
public static class NetworkBugs
{
    public static Seq<PlantedBug> All { get; } = Seq(
        Vector("skip connection: the gradient overwritten instead of added", GradientLaw.Numerical, _ => new SkipOverwritten()),
        Vector("skip connection: the gradient added twice", GradientLaw.Numerical, _ => new SkipTwice()),
        Vector("shared weights counted once", GradientLaw.Numerical, _ => new SharedOnce()),
        Vector("two branches: the second's gradient overwrites the first's", GradientLaw.Numerical, _ => new BranchOverwritten()),
        Vector("batch statistics taken for constants", GradientLaw.Numerical, _ => new BatchMeanConstant()),
        Vector("batch statistics in inference", BatchLaw.Independent, _ => new BatchMeanInference()).Impure,
        Vector("examples of a batch mixed", BatchLaw.Independent, _ => new BatchMixed()).Impure,
        Vector("dropout: backward draws a mask of its own", GradientLaw.Numerical, _ => new DropoutOtherMask()),
        Vector("dropout: scale forgotten backward", GradientLaw.Numerical, _ => new DropoutUnscaled()),
        Vector("dropout: on in inference too", StateLaw.Certain, _ => new DropoutAlways()).Impure);
}

/// <summary>y = x + tanh x; what goes back along both ways meets.</summary>
public abstract record Skip() : Spoilt(Layers.Tanh())
{
    protected override ForwardResult<T> Forward<T>(Differentiable<T> right, in ForwardCall<T> call)
    {
        var result = right.Forward(call);
        return result with { Outputs = call.X.Plus(result.Outputs[0]) };
    }

    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call) => new(right.Backward(call).Inputs[0].Plus(call.Dy));
}

/// <summary>The right one, to show that the base of the bugs breaks no law itself.</summary>
public sealed record RightSkip : Skip;

public sealed record SkipOverwritten : Skip
{
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call) => right.Backward(call);
}

public sealed record SkipTwice : Skip
{
    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call) =>
        new(right.Backward(call).Inputs[0].Plus(call.Dy).Plus(call.Dy));
}

/// <summary>y = v ⊙ (v ⊙ x): one vector of parameters, used twice, so that both uses add to its gradient.</summary>
public abstract record PlainShared : Layer
{
    /// <summary>How many of the two uses, of equal gradients, are counted.</summary>
    protected virtual int Uses => 2;

    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Map(shape => Seq1(shape));

    public override Seq<Parameter> Parameters(Seq<Shape> inputs) => Seq1(new Parameter("gain", inputs[0], Initializer.Ones));

    public sealed override Differentiable<T> At<T>() => new(
        (in ForwardCall<T> call) =>
        {
            var (x, v) = (call.X, call.Parameters[0]);
            var y = Tensor.Fresh<T>(x.Shape);
            for (int i = 0; i < x.Size; i++) y.Span[i] = v.Span[i % v.Size] * v.Span[i % v.Size] * x.Span[i];
            return new(y.Done(), x);
        },
        (in BackwardCall<T> call) =>
        {
            var (x, v, dy) = (call.Saved[0], call.Parameters[0], call.Dy);
            var dx = Tensor.Fresh<T>(x.Shape);
            var dv = call.ParameterGradient(0);
            dv.Span.Clear();
            for (int i = 0; i < x.Size; i++)
            {
                T gain = v.Span[i % v.Size];
                dx.Span[i] = dy.Span[i] * gain * gain;
                dv.Span[i % v.Size] += T.CreateChecked(Uses) * dy.Span[i] * gain * x.Span[i];
            }
            return new(dx.Done(), dv.Done());
        });
}

/// <summary>The right one, to show that the base of the bug breaks no law itself.</summary>
public sealed record RightShared : PlainShared;

public sealed record SharedOnce : PlainShared
{
    protected override int Uses => 1;
}

/// <summary>y = sin x + x², the gradient that of x² alone.</summary>
public sealed record BranchOverwritten : PlainRows
{
    protected override void Value<T>(ReadOnlySpan<T> x, Span<T> y)
    {
        for (int i = 0; i < x.Length; i++) y[i] = T.Sin(x[i]) + x[i] * x[i];
    }

    protected override void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        for (int i = 0; i < x.Length; i++) dx[i] = dy[i] * T.Cos(x[i]);
        for (int i = 0; i < x.Length; i++) dx[i] = dy[i] * (x[i] + x[i]);
    }
}

/// <summary>y = x − the mean of the batch in training, − nothing in inference; unless spoilt.</summary>
public abstract record PlainCentering : Layer
{
    public override bool MixesExamples => true;

    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Map(shape => Seq1(shape));

    public sealed override Differentiable<T> At<T>() => new(
        (in ForwardCall<T> call) => new(UsesBatch(call.Mode) ? Centered(call.X) : call.X),
        (in BackwardCall<T> call) => new(UsesBatch(call.Mode) ? Gradient(call.Dy) : call.Dy));

    protected virtual bool UsesBatch(Mode mode) => mode == Mode.Train;

    /// <summary>Centering is its own gradient.</summary>
    protected virtual Tensor<T> Gradient<T>(Tensor<T> dy) where T : struct, IFloatingPointIeee754<T> => Centered(dy);

    private static Tensor<T> Centered<T>(Tensor<T> x) where T : struct, IFloatingPointIeee754<T>
    {
        int width = x.Size / x.Batch;
        var y = Tensor.Fresh<T>(x.Shape);
        for (int i = 0; i < width; i++)
        {
            T mean = T.Zero;
            for (int n = 0; n < x.Batch; n++) mean += x.Span[n * width + i] / T.CreateChecked(x.Batch);
            for (int n = 0; n < x.Batch; n++) y.Span[n * width + i] = x.Span[n * width + i] - mean;
        }
        return y.Done();
    }
}

/// <summary>The right one, to show that the base of the bugs breaks no law itself.</summary>
public sealed record RightCentering : PlainCentering;

public sealed record BatchMeanConstant : PlainCentering
{
    protected override Tensor<T> Gradient<T>(Tensor<T> dy) => dy;
}

public sealed record BatchMeanInference : PlainCentering
{
    protected override bool UsesBatch(Mode mode) => true;
}

/// <summary>The promise of <see cref="PlainCentering"/> that examples mix, not made.</summary>
public sealed record BatchMixed() : Spoilt(new RightCentering());

/// <summary>In training every element kept with probability ½ and doubled, by the key.</summary>
public abstract record PlainDropout : Layer
{
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Map(shape => Seq1(shape));

    // What one example drops does not depend on how many others there are, so that the laws of a batch hold.
    protected static T Mask<T>(Key key, int place, int width, double scale) where T : struct, IFloatingPointIeee754<T> =>
        (key.Bits((ulong)(place % width)) & 1) == 0 ? T.Zero : T.CreateChecked(scale);

    public sealed override Differentiable<T> At<T>() => new(
        (in ForwardCall<T> call) => new(Draws(call.Mode) ? Scaled(call.X, call.Key, 2) : call.X),
        (in BackwardCall<T> call) => new(Draws(call.Mode) ? Scaled(call.Dy, BackwardKey(call.Key), BackwardScale) : call.Dy));

    protected virtual bool Draws(Mode mode) => mode == Mode.Train;

    protected virtual Key BackwardKey(Key key) => key;

    protected virtual double BackwardScale => 2;

    private static Tensor<T> Scaled<T>(Tensor<T> x, Key key, double scale) where T : struct, IFloatingPointIeee754<T>
    {
        int width = x.Size / x.Batch;
        var y = Tensor.Fresh<T>(x.Shape);
        for (int i = 0; i < x.Size; i++) y.Span[i] = x.Span[i] * Mask<T>(key, i, width, scale);
        return y.Done();
    }
}

/// <summary>The right one, to show that the base of the bugs breaks no law itself.</summary>
public sealed record RightDropout : PlainDropout;

public sealed record DropoutOtherMask : PlainDropout
{
    protected override Key BackwardKey(Key key) => key.Split(1);
}

public sealed record DropoutUnscaled : PlainDropout
{
    protected override double BackwardScale => 1;
}

public sealed record DropoutAlways : PlainDropout
{
    protected override bool Draws(Mode mode) => true;
}
