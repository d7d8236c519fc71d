using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// A gated linear unit: the last axis of x in two halves, x = [a, b], gives y = a ⊙ g(b). Backward: δa = δy ⊙ g(b), δb = δy ⊙ a ⊙ g′(b).
/// Shapes: x <c>[…, 2n]</c>, y <c>[…, n]</c>. With g = σ it is GLU (PyTorch's <c>GLU</c>), with SiLU SwiGLU, with GELU GEGLU; a <c>Dense(2n)</c> before it
/// holds both matrices.
/// </summary>
/// <param name="Gate">g with its derivative.</param>
/// <remarks>Y. Dauphin, A. Fan, M. Auli, D. Grangier, Language Modeling with Gated Convolutional Networks, 2016; N. Shazeer, GLU Variants Improve Transformer, 2020.</remarks>
public sealed record GatedLayer<TGate>(TGate Gate = default) : Layer where TGate : struct, IElementwise
{
    /// <inheritdoc/>
    public override string Kind => typeof(TGate).Name.Replace("Function", "glu", StringComparison.Ordinal).ToLowerInvariant();

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Gate.Faults;

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.Rows(inputs).Bind<Seq<Shape>>(shapes => shapes[0][-1] % 2 == 0
        ? Seq1(shapes[0].With(-1, shapes[0][-1] / 2))
        : new Fault($"shape {shapes[0]}", "an even last size, for two halves"));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var x = call.X;
        int half = x.Shape[-1] / 2;
        var shape = x.Shape.With(-1, half);
        var gates = Tensor.Fresh<T>(shape);
        var y = Tensor.Fresh<T>(shape);
        // The gate as an object is made once, not by each row.
        var vectors = typeof(T) == typeof(float) ? Gate as IVectorElementwise : null;
        for (int to = 0; to < y.Span.Length; to += half)
        {
            var gate = gates.Span.Slice(to, half);
            var from = x.Span.Slice(2 * to + half, half);
            if (vectors is not null) vectors.Values(from, gate);
            else ElementwiseMap.Forward(Gate, from, gate);
            Elementwise.Multiply(x.Span.Slice(2 * to, half), gate, y.Span.Slice(to, half));
        }
        return new(y.Done(), [x, gates.Done()]);
    }

    private BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, gates, dy) = (call.Saved[0], call.Saved[1], call.Dy);
        var dx = Tensor.Fresh<T>(x.Shape);
        int half = x.Shape[-1] / 2;
        var vectors = Vector<T>.IsSupported ? Gate as IVectorElementwise : null;
        for (int from = 0; from < dy.Size; from += half)
        {
            Span<T> da = dx.Span.Slice(2 * from, half), db = dx.Span.Slice(2 * from + half, half);
            // The first half serves as working memory until its own turn comes.
            Elementwise.Multiply(dy.Span.Slice(from, half), x.Span.Slice(2 * from, half), da);
            ReadOnlySpan<T> b = x.Span.Slice(2 * from + half, half), gate = gates.Span.Slice(from, half);
            if (vectors is not null) vectors.Gradients(b, gate, da, db);
            else ElementwiseMap.Backward(Gate, b, gate, da, db);
            Elementwise.Multiply(dy.Span.Slice(from, half), gates.Span.Slice(from, half), da);
        }
        return new(dx.Done());
    }
}

public static partial class Layers
{
    /// <summary>y = a ⊙ σ(b) of the halves of the last axis. See <see cref="GatedLayer{TGate}"/>.</summary>
    public static Layer Glu() => new GatedLayer<SigmoidFunction>();

    /// <inheritdoc cref="Glu()"/>
    public static Pipeline<Wire> Glu(Wire x) => Glu().On(x);

    /// <summary>y = a ⊙ SiLU(b) of the halves of the last axis. See <see cref="GatedLayer{TGate}"/>.</summary>
    public static Layer SwiGlu() => new GatedLayer<SiluFunction>();

    /// <inheritdoc cref="SwiGlu()"/>
    public static Pipeline<Wire> SwiGlu(Wire x) => SwiGlu().On(x);

    /// <summary>y = a ⊙ GELU(b) of the halves of the last axis. See <see cref="GatedLayer{TGate}"/>.</summary>
    public static Layer GeGlu() => new GatedLayer<GeluFunction>();

    /// <inheritdoc cref="GeGlu()"/>
    public static Pipeline<Wire> GeGlu(Wire x) => GeGlu().On(x);
}
