using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>The error of one difference d = x − t with its derivative. Implement it as a <c>readonly record struct</c>.</summary>
public interface IDifferenceLoss
{
    /// <summary>e(d).</summary>
    T Value<T>(T d) where T : struct, IFloatingPointIeee754<T>;

    /// <summary>e′(d); at a kink any subgradient.</summary>
    T Slope<T>(T d) where T : struct, IFloatingPointIeee754<T>;

    /// <summary>What is wrong with the settings; empty when nothing is.</summary>
    Seq<Fault> Faults => Empty;
}

/// <summary>
/// A loss of the differences between prediction and target: E = Σᵢ e(xᵢ − tᵢ) over the elements of an example.
/// Derivatives: δxᵢ = e′(xᵢ − tᵢ), δt = −δx, times the gradient from above. Shapes: x and t of one shape.
/// </summary>
/// <param name="Function">e with its derivative.</param>
public sealed record DifferenceLossLayer<TFunction>(TFunction Function = default) : LossLayer where TFunction : struct, IDifferenceLoss
{
    /// <inheritdoc/>
    public override string Kind => typeof(TFunction).Name.Replace("Function", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Function.Faults;

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) =>
        Expect.Count(inputs, 2).Bind(shapes => Expect.Same(shapes)).Map(_ => Seq1(Shape.Scalar));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> x = call.Inputs[0].Span, t = call.Inputs[1].Span;
        var loss = Tensor.Fresh<T>([call.Batch]);
        int width = x.Length / call.Batch;
        for (int row = 0; row < call.Batch; row++)
        {
            T sum = T.Zero;
            for (int i = row * width; i < (row + 1) * width; i++) sum += Function.Value(x[i] - t[i]);
            loss.Span[row] = sum;
        }
        return new(loss.Done(), call.Inputs);
    }

    private BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> x = call.Saved[0].Span, t = call.Saved[1].Span;
        var dx = Tensor.Fresh<T>(call.Saved[0].Shape);
        int width = x.Length / call.Batch;
        for (int i = 0; i < x.Length; i++) dx.Span[i] = call.Dy.Span[i / width] * Function.Slope(x[i] - t[i]);
        if (!call.Wants(1)) return new([dx.Done(), default]);
        var dt = Tensor.Fresh<T>(call.Saved[0].Shape);
        Kernels.Elementwise.Scale(dx.Span, T.NegativeOne, dt.Span);
        return new([dx.Done(), dt.Done()]);
    }
}

/// <summary>e = |d|; e′ = sign(d), 0 at 0.</summary>
public readonly record struct AbsoluteLossFunction : IDifferenceLoss
{
    /// <inheritdoc/>
    public T Value<T>(T d) where T : struct, IFloatingPointIeee754<T> => T.Abs(d);

    /// <inheritdoc/>
    public T Slope<T>(T d) where T : struct, IFloatingPointIeee754<T> => d > T.Zero ? T.One : d < T.Zero ? T.NegativeOne : d * T.Zero;
}

/// <summary>e = ½ d² for |d| ≤ D, D (|d| − ½ D) beyond; e′ = d between −D and D, which are its bounds.</summary>
/// <param name="Delta">D, where the parabola goes over into lines.</param>
/// <remarks>P. Huber, Robust Estimation of a Location Parameter, 1964.</remarks>
public readonly record struct HuberLossFunction(double Delta) : IDifferenceLoss
{
    /// <inheritdoc/>
    public Seq<Fault> Faults => Delta > 0 ? Empty : Seq1(new Fault($"delta {Delta}", "a delta above 0"));

    /// <inheritdoc/>
    public T Value<T>(T d) where T : struct, IFloatingPointIeee754<T>
    {
        T size = T.Abs(d), delta = T.CreateChecked(Delta), half = T.One / (T.One + T.One);
        return size <= delta ? half * d * d : delta * (size - half * delta);
    }

    /// <inheritdoc/>
    public T Slope<T>(T d) where T : struct, IFloatingPointIeee754<T>
    {
        T delta = T.CreateChecked(Delta);
        return d > delta ? delta : d < -delta ? -delta : d;
    }
}

/// <summary>e = ½ d² / B for |d| &lt; B, |d| − ½ B beyond: Huber's divided by B. e′ = d / B between −1 and 1, which are its bounds.</summary>
/// <param name="Beta">B, where the parabola goes over into lines.</param>
/// <remarks>R. Girshick, Fast R-CNN, 2015.</remarks>
public readonly record struct SmoothAbsoluteLossFunction(double Beta) : IDifferenceLoss
{
    /// <inheritdoc/>
    public Seq<Fault> Faults => Beta > 0 ? Empty : Seq1(new Fault($"beta {Beta}", "a beta above 0 (for 0 take AbsoluteLoss)"));

    /// <inheritdoc/>
    public T Value<T>(T d) where T : struct, IFloatingPointIeee754<T>
    {
        T size = T.Abs(d), beta = T.CreateChecked(Beta), half = T.One / (T.One + T.One);
        return size < beta ? half * d * d / beta : size - half * beta;
    }

    /// <inheritdoc/>
    public T Slope<T>(T d) where T : struct, IFloatingPointIeee754<T>
    {
        T beta = T.CreateChecked(Beta);
        return d >= beta ? T.One : d <= -beta ? T.NegativeOne : d / beta;
    }
}

public static partial class Losses
{
    /// <summary>E = Σ |x − t|: the L1 loss. See <see cref="DifferenceLossLayer{TFunction}"/>.</summary>
    public static Loss AbsoluteLoss(Reduction reduction = Reduction.Mean) => new DifferenceLossLayer<AbsoluteLossFunction>().Reduced(reduction);

    /// <summary>E = Σ |x − t| of each example.</summary>
    public static Pipeline<Wire> AbsoluteLoss(Wire prediction, Wire target) => new DifferenceLossLayer<AbsoluteLossFunction>().On(prediction, target);

    /// <summary>E = Σ of squares near 0 and lines beyond <paramref name="delta"/>. See <see cref="HuberLossFunction"/>.</summary>
    public static Loss HuberLoss(double delta = 1, Reduction reduction = Reduction.Mean) => new DifferenceLossLayer<HuberLossFunction>(new(delta)).Reduced(reduction);

    /// <summary>Huber's error of each example.</summary>
    public static Pipeline<Wire> HuberLoss(Wire prediction, Wire target, double delta = 1) => new DifferenceLossLayer<HuberLossFunction>(new(delta)).On(prediction, target);

    /// <summary>E = Σ of squares near 0 and lines of slope 1 beyond <paramref name="beta"/>: the smooth L1 loss. See <see cref="SmoothAbsoluteLossFunction"/>.</summary>
    public static Loss SmoothAbsoluteLoss(double beta = 1, Reduction reduction = Reduction.Mean) =>
        new DifferenceLossLayer<SmoothAbsoluteLossFunction>(new(beta)).Reduced(reduction);

    /// <summary>The smooth L1 error of each example.</summary>
    public static Pipeline<Wire> SmoothAbsoluteLoss(Wire prediction, Wire target, double beta = 1) =>
        new DifferenceLossLayer<SmoothAbsoluteLossFunction>(new(beta)).On(prediction, target);
}
