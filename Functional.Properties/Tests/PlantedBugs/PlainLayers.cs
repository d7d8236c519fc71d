using Functional.Core;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.PlantedBugs;

/// <summary>A right layer to be spoilt: both functions are the right one's unless overridden.</summary>
public abstract record Spoilt(Layer Right) : Layer
{
    public override int OutputCount => Right.OutputCount;

    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Right.Outputs(inputs);

    public override Seq<Parameter> Parameters(Seq<Shape> inputs) => Right.Parameters(inputs);

    public override Seq<Parameter> States(Seq<Shape> inputs) => Right.States(inputs);

    public sealed override Differentiable<T> At<T>()
    {
        var right = Right.At<T>();
        return new((in ForwardCall<T> call) => Forward(right, call), (in BackwardCall<T> call) => Backward(right, call));
    }

    protected virtual ForwardResult<T> Forward<T>(Differentiable<T> right, in ForwardCall<T> call) where T : struct, System.Numerics.IFloatingPointIeee754<T> =>
        right.Forward(call);

    protected virtual BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call) where T : struct, System.Numerics.IFloatingPointIeee754<T> =>
        right.Backward(call);

    /// <summary>A tensor with each element changed.</summary>
    protected static Tensor<T> Edit<T>(Tensor<T> tensor, Func<int, T, T> change) where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        var fresh = Tensor.Fresh<T>(tensor.Shape);
        for (int i = 0; i < tensor.Size; i++) fresh.Span[i] = change(i, tensor.Span[i]);
        return fresh.Done();
    }
}

/// <summary>The sizes of a fully connected layer: examples, inputs, outputs.</summary>
public readonly record struct Sizes(int Batch, int Inputs, int Outputs);

/// <summary>y = W x + b in plain loops, each gradient a method to get wrong. W is <c>[out, in]</c>.</summary>
public abstract record PlainDense(int Units) : Layer
{
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Map(_ => Seq1(Shape.Of(Units)));

    public override Seq<Parameter> Parameters(Seq<Shape> inputs) =>
        Seq(new Parameter("weight", [Units, inputs[0][0]], Initializer.GlorotUniform), new Parameter("bias", [Units], Initializer.Zeros));

    public sealed override Differentiable<T> At<T>() => new(Forward, Backward);

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        var s = new Sizes(call.Batch, call.X.Size / call.Batch, Units);
        var y = Tensor.Fresh<T>([s.Batch, s.Outputs]);
        for (int n = 0; n < s.Batch; n++)
            for (int o = 0; o < s.Outputs; o++)
            {
                T sum = call.Parameters[1].Span[o];
                for (int i = 0; i < s.Inputs; i++) sum += call.Parameters[0].Span[o * s.Inputs + i] * call.X.Span[n * s.Inputs + i];
                y.Span[n * s.Outputs + o] = sum;
            }
        return new(y.Done(), call.X);
    }

    private BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        var x = call.Saved[0];
        var s = new Sizes(call.Batch, x.Size / call.Batch, Units);
        Fresh<T> dx = Tensor.Fresh<T>(x.Shape), dw = call.ParameterGradient(0), db = call.ParameterGradient(1);
        InputGradient(s, call.Parameters[0].Span, call.Dy.Span, dx.Span);
        WeightGradient(s, call.Parameters[0].Span, x.Span, call.Dy.Span, dw.Span);
        BiasGradient(s, call.Dy.Span, db.Span);
        return new(dx.Done(), [dw.Done(), db.Done()]);
    }

    /// <summary>δx = Wᵀ δy.</summary>
    protected virtual void InputGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> dy, Span<T> dx) where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        dx.Clear();
        for (int n = 0; n < s.Batch; n++)
            for (int o = 0; o < s.Outputs; o++)
                for (int i = 0; i < s.Inputs; i++) dx[n * s.Inputs + i] += w[o * s.Inputs + i] * dy[n * s.Outputs + o];
    }

    /// <summary>δW = Σ δy xᵀ.</summary>
    protected virtual void WeightGradient<T>(Sizes s, ReadOnlySpan<T> w, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dw) where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        dw.Clear();
        for (int n = 0; n < s.Batch; n++)
            for (int o = 0; o < s.Outputs; o++)
                for (int i = 0; i < s.Inputs; i++) dw[o * s.Inputs + i] += dy[n * s.Outputs + o] * x[n * s.Inputs + i];
    }

    /// <summary>δb = Σ δy.</summary>
    protected virtual void BiasGradient<T>(Sizes s, ReadOnlySpan<T> dy, Span<T> db) where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        db.Clear();
        for (int n = 0; n < s.Batch; n++)
            for (int o = 0; o < s.Outputs; o++) db[o] += dy[n * s.Outputs + o];
    }
}

/// <summary>The right one, to show that the base of the bugs breaks no law itself.</summary>
public sealed record RightDense(int Units) : PlainDense(Units);
