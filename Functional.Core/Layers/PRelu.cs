using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// The leaky rectifier whose slope is learnt: y = x for x ≥ 0, a x below. Backward: δx = δy for x ≥ 0, a δy below; δa = Σ δy x over the elements
/// below 0 (of a channel, if there is a slope for each) and over the batch. PyTorch's and Keras' <c>PReLU</c>.
/// Shapes: x and y of any shape, with channels <c>[channels, …]</c>; a <c>[1]</c> or <c>[channels]</c>.
/// </summary>
/// <param name="PerChannel">Whether every channel has a slope of its own; else one serves all.</param>
/// <remarks>K. He, X. Zhang, S. Ren, J. Sun, Delving Deep into Rectifiers, 2015.</remarks>
public sealed record PReluLayer(bool PerChannel = false) : Layer
{
    /// <summary>How a starts. By default at 0.25.</summary>
    public Initializer SlopeInitializer { get; init; } = Initializer.Constant(0.25);

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => PerChannel ? Expect.Rows(inputs) : Expect.One(inputs).Map(shape => Seq1(shape));

    /// <inheritdoc/>
    public override Seq<Parameter> Parameters(Seq<Shape> inputs) => Seq1(new Parameter("slope", [PerChannel ? inputs[0][0] : 1], SlopeInitializer));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private static ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, a) = (call.X, call.Parameters[0]);
        var y = Tensor.Fresh<T>(x.Shape);
        int length = x.Size / call.Batch / a.Size;
        for (int start = 0, row = 0; start < x.Size; start += length, row++)
            Kernels.VectorActivations.Sides(x.Span.Slice(start, length), y.Span.Slice(start, length), a.Span[row % a.Size], T.One);
        return new(y.Done(), x);
    }

    private static BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, a, dy) = (call.Saved[0], call.Parameters[0], call.Dy);
        var dx = Tensor.Fresh<T>(x.Shape);
        var da = call.ParameterGradient(0);
        da.Span.Clear();
        int length = x.Size / x.Batch / a.Size;
        for (int start = 0, row = 0; start < x.Size; start += length, row++)
        {
            var values = x.Span.Slice(start, length);
            var up = dy.Span.Slice(start, length);
            var to = dx.Span.Slice(start, length);
            T slope = a.Span[row % a.Size], sum = T.Zero;
            for (int i = 0; i < length; i++)
            {
                bool below = values[i] < T.Zero;
                to[i] = below ? slope * up[i] : up[i];
                if (below) sum += up[i] * values[i];
            }
            da.Span[row % a.Size] += sum;
        }
        return new(dx.Done(), da.Done());
    }
}

public static partial class Layers
{
    /// <summary>y = x for x ≥ 0, a x below, with a learnt slope. See <see cref="PReluLayer"/>.</summary>
    public static Layer PRelu(bool perChannel = false) => new PReluLayer(perChannel);

    /// <inheritdoc cref="PRelu(bool)"/>
    public static Pipeline<Wire> PRelu(Wire x, bool perChannel = false) => PRelu(perChannel).On(x);
}
