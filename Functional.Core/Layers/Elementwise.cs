using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// A function of one number with its derivative, to be applied to every element: the one thing an activation has to define.
/// Implement it as a <c>readonly record struct</c>, settings as its properties, and wrap it in <see cref="ElementwiseLayer{TFunction}"/>.
/// </summary>
public interface IElementwise
{
    /// <summary>y = f(x).</summary>
    T Value<T>(T x) where T : struct, IFloatingPointIeee754<T>;

    /// <summary>f′(x), which may use y = f(x) where that is cheaper or more exact.</summary>
    T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T>;

    /// <summary>What is wrong with the settings; empty when nothing is.</summary>
    Seq<Fault> Faults => Empty;
}

/// <summary>
/// The same function for many numbers at a time. Implement it beside the scalar one, which stays the definition and is what runs for
/// number types other than <c>float</c>; the two agree to rounding.
/// </summary>
public interface IVectorElementwise : IElementwise
{
    /// <summary>yᵢ = f(xᵢ) for a span of <c>float</c>, of a long tensor a piece on each thread; each element's bits are independent of where it stands.</summary>
    void Values<T>(ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T>;

    /// <summary>f′ of a vector of numbers.</summary>
    Vector<T> Derivatives<T>(Vector<T> x, Vector<T> y) where T : struct, IFloatingPointIeee754<T>;

    /// <summary>
    /// δxᵢ = δyᵢ f′(xᵢ) for whole spans, by <see cref="Derivatives{T}"/> and, where no full vector is left, by <see cref="IElementwise.Derivative{T}"/>.
    /// There is no need to write it: it is here so that a function can do better than one virtual call a vector.
    /// </summary>
    void Gradients<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        int i = 0;
        if (Vector<T>.IsSupported)
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
                (new Vector<T>(dy[i..]) * Derivatives(new Vector<T>(x[i..]), new Vector<T>(y[i..]))).CopyTo(dx[i..]);
        for (; i < x.Length; i++) dx[i] = dy[i] * Derivative(x[i], y[i]);
    }
}

/// <summary>
/// Applies a function to every element: yᵢ = f(xᵢ), δxᵢ = δyᵢ f′(xᵢ). One input of any shape,
/// which is the output's too; no parameters.
/// </summary>
/// <param name="Function">The function and its derivative.</param>
public sealed record ElementwiseLayer<TFunction>(TFunction Function = default) : Layer where TFunction : struct, IElementwise
{
    /// <inheritdoc/>
    public override string Kind => typeof(TFunction).Name.Replace("Function", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Function.Faults;

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Map(shape => Seq1(shape));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var y = Tensor.Fresh<T>(call.X.Shape);
        Kernels.ElementwiseMap.Forward(Function, call.X, y.Done());
        return new(y.Done(), [call.X, y.Done()]);
    }

    private BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var dx = Tensor.Fresh<T>(call.Dy.Shape);
        Kernels.ElementwiseMap.Backward(Function, call.Saved[0], call.Saved[1], call.Dy, dx.Done());
        return new(dx.Done());
    }
}
