using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// A learnt vector for every position, added to what stands there: y[t] = x[t] + P[t]. Backward: δx = δy, δP = Σ δy over the batch.
/// Shapes: x and y <c>[length, width]</c>, P <c>[length, width]</c>.
/// </summary>
/// <remarks>J. Gehring et al., Convolutional Sequence to Sequence Learning, 2017.</remarks>
public sealed record LearnedPositionsLayer : Layer
{
    /// <summary>How P starts. By default at N(0, 0.02²), as in GPT-2.</summary>
    public Initializer WeightInitializer { get; init; } = Initializer.Normal(0, 0.02);

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Positions.Sequence(inputs);

    /// <inheritdoc/>
    public override Seq<Parameter> Parameters(Seq<Shape> inputs) => Seq1(new Parameter("weight", inputs[0], WeightInitializer));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(
        (in ForwardCall<T> call) => new(Positions.Plus(call.X, call.Parameters[0].Span)),
        (in BackwardCall<T> call) =>
        {
            var sum = call.ParameterGradient(0);
            Rows.Sum(call.Dy.Span, sum.Span);
            return new(call.Dy, sum.Done());
        });
}

/// <summary>
/// A fixed pattern of sines and cosines for every position t, added to what stands there: y[t, 2i] = x[t, 2i] + sin(t ωᵢ),
/// y[t, 2i+1] = x[t, 2i+1] + cos(t ωᵢ) with ωᵢ = base^(−2i/width). Backward: δx = δy. Shapes: x and y <c>[length, width]</c>.
/// </summary>
/// <param name="Base">The ratio between the slowest and the fastest wave.</param>
/// <remarks>A. Vaswani et al., Attention Is All You Need, 2017.</remarks>
public sealed record SinusoidalPositionsLayer(double Base = 10_000) : Layer
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Positions.Faults(Base);

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Positions.Sequence(inputs);

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(
        (in ForwardCall<T> call) =>
        {
            var waves = Tensor.Fresh<T>(call.X.Shape.Example);
            int width = waves.Shape[1];
            for (int t = 0; t < waves.Shape[0]; t++)
                for (int i = 0; i < width; i++)
                {
                    double angle = Positions.Angle(t, i / 2, width, Base);
                    waves.Span[t * width + i] = T.CreateChecked(i % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
                }
            return new(Positions.Plus(call.X, waves.Span));
        },
        (in BackwardCall<T> call) => new(call.Dy));
}

/// <summary>
/// Rotary positions: neighbouring pairs of the last axis are turned by an angle that grows with the position t, so that the product of two turned vectors depends
/// on their distance alone: (y[t, 2i], y[t, 2i+1]) = R(t ωᵢ) (x[t, 2i], x[t, 2i+1]) with ωᵢ = base^(−2i/width) and R(a) = [[cos a, −sin a], [sin a, cos a]].
/// Backward turns back: δx = R(−t ωᵢ) δy. Shapes: x and y <c>[…, length, width]</c> with an even width.
/// </summary>
/// <param name="Base">The ratio between the slowest and the fastest turn.</param>
/// <remarks>J. Su et al., RoFormer: Enhanced Transformer with Rotary Position Embedding, 2021; with neighbours as pairs, as there.</remarks>
public sealed record RotaryPositionsLayer(double Base = 10_000) : Layer
{
    /// <inheritdoc/>
    public override Seq<Fault> Faults => Positions.Faults(Base);

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.One(inputs).Bind<Seq<Shape>>(shape => shape.Rank >= 2 && shape[-1] % 2 == 0
        ? Seq1(shape)
        : new Fault($"shape {shape}", "[…, length, width] with an even width"));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(
        (in ForwardCall<T> call) => new(Turned(call.X, 1)),
        (in BackwardCall<T> call) => new(Turned(call.Dy, -1)));

    private Tensor<T> Turned<T>(Tensor<T> x, int sign) where T : struct, IFloatingPointIeee754<T>
    {
        int length = x.Shape[-2], width = x.Shape[-1];
        var turns = Tensor.Fresh<T>([length, width]);
        for (int t = 0; t < length; t++)
            for (int i = 0; i < width; i += 2)
            {
                double angle = Positions.Angle(t, i / 2, width, Base);
                turns.Span[t * width + i] = T.CreateChecked(Math.Cos(angle));
                turns.Span[t * width + i + 1] = T.CreateChecked(sign * Math.Sin(angle));
            }
        var y = Tensor.Fresh<T>(x.Shape);
        ReadOnlySpan<T> from = x.Span, turn = turns.Span;
        var to = y.Span;
        for (int start = 0; start < from.Length; start += turn.Length)
            for (int i = 0; i < turn.Length; i += 2)
            {
                T cos = turn[i], sin = turn[i + 1], a = from[start + i], b = from[start + i + 1];
                to[start + i] = cos * a - sin * b;
                to[start + i + 1] = sin * a + cos * b;
            }
        return y.Done();
    }
}

/// <summary>What the layers of positions share.</summary>
internal static class Positions
{
    public static Seq<Fault> Faults(double wave) => wave > 1 ? Empty : Seq1(new Fault($"base {wave}", "a base above 1"));

    public static Fin<Seq<Shape>> Sequence(Seq<Shape> inputs) => Expect.One(inputs).Bind<Seq<Shape>>(shape => shape.Rank == 2
        ? Seq1(shape)
        : new Fault($"shape {shape}", "[length, width]"));

    /// <summary>t · base^(−2i/width).</summary>
    public static double Angle(int position, int pair, int width, double wave) => position * Math.Pow(wave, -2.0 * pair / width);

    /// <summary>x plus one thing for every example.</summary>
    public static Tensor<T> Plus<T>(Tensor<T> x, ReadOnlySpan<T> example) where T : struct, IFloatingPointIeee754<T>
    {
        var y = Tensor.Fresh<T>(x.Shape);
        for (int start = 0; start < x.Size; start += example.Length)
            Elementwise.Add(x.Span.Slice(start, example.Length), example, y.Span.Slice(start, example.Length));
        return y.Done();
    }
}

public static partial class Layers
{
    /// <summary>y[t] = x[t] + P[t] with a learnt P. See <see cref="LearnedPositionsLayer"/>.</summary>
    public static Layer LearnedPositions() => new LearnedPositionsLayer();

    /// <inheritdoc cref="LearnedPositions()"/>
    public static Pipeline<Wire> LearnedPositions(Wire x) => LearnedPositions().On(x);

    /// <summary>Sines and cosines of the position, added. See <see cref="SinusoidalPositionsLayer"/>.</summary>
    public static Layer SinusoidalPositions(double wave = 10_000) => new SinusoidalPositionsLayer(wave);

    /// <inheritdoc cref="SinusoidalPositions(double)"/>
    public static Pipeline<Wire> SinusoidalPositions(Wire x, double wave = 10_000) => SinusoidalPositions(wave).On(x);

    /// <summary>Pairs turned by an angle that grows with the position. See <see cref="RotaryPositionsLayer"/>.</summary>
    public static Layer RotaryPositions(double wave = 10_000) => new RotaryPositionsLayer(wave);

    /// <inheritdoc cref="RotaryPositions(double)"/>
    public static Pipeline<Wire> RotaryPositions(Wire x, double wave = 10_000) => RotaryPositions(wave).On(x);
}
