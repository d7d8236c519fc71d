using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Cross-entropy of logits against class numbers: E = Σ (1 − ε) v_t (−log p_t) + (ε/C) Σ_c v_c (−log p_c) with p = softmax(x) over the last axis,
/// t the class number, v the classes' weights and ε the label smoothing, summed over the rows of an example; rows of the ignored class number
/// count nothing. Derivative: with a = (1 − ε) v_t and b_c = (ε/C) v_c, δx_c = (a + Σ b) p_c − b_c − a 1{c = t}, times the gradient from above; class numbers
/// have none (δt = 0). A class number that is neither a class nor ignored gives NaN, so that it is noticed. Finite for finite x.
/// </summary>
/// <remarks>
/// Shapes: x <c>[…, C]</c>, t <c>[…]</c>. The mean divides by Σ v_t over the rows that count, as PyTorch's <c>CrossEntropyLoss</c> does, which is the number of
/// rows without weights and ignored rows. Keras' <c>SparseCategoricalCrossentropy(from_logits=True)</c>. Label smoothing: C. Szegedy et al., Rethinking the Inception
/// Architecture for Computer Vision, 2015.
/// </remarks>
public sealed record CrossEntropyLayer : LossLayer
{
    /// <summary>v, one weight a class; empty for weights of 1.</summary>
    public Seq<double> ClassWeights { get; init; } = Empty;

    /// <summary>ε, the part of the target that is spread over all classes, from 0 to 1.</summary>
    public double Smoothing { get; init; }

    /// <summary>A class number whose rows count nothing, if any; PyTorch's is −100.</summary>
    public int? Ignored { get; init; }

    /// <inheritdoc/>
    public override Seq<Fault> Faults =>
        (Smoothing is >= 0 and <= 1 ? Empty : Seq1(new Fault($"smoothing {Smoothing}", "a smoothing from 0 to 1")))
        + (ClassWeights.ForAll(weight => weight >= 0 && double.IsFinite(weight)) ? Empty : Seq1(new Fault("a class weight below 0 or not finite", "class weights of at least 0")));

    /// <inheritdoc/>
    public override Seq<Shape> Targets(Shape prediction) => Seq1(prediction.Rank > 0 ? Shape.Of([.. prediction.Take(prediction.Rank - 1)]) : prediction);

    /// <inheritdoc/>
    public override T Weight<T>(int batch, Tensors<T> targets)
    {
        T sum = T.Zero;
        foreach (T target in targets[0].Span)
            if (!IsIgnored(target)) sum += ClassWeights.IsEmpty ? T.One : Indices.Of(target, ClassWeights.Count) is >= 0 and var place ? ClassWeight<T>(place) : T.NaN;
        return sum;
    }

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.Count(inputs, 2).Bind<Seq<Shape>>(shapes =>
        shapes[0].Rank == 0 ? Expect.NoAxes
        : shapes[1] != Targets(shapes[0])[0] ? new Fault($"logits of shape {shapes[0]} and class numbers of shape {shapes[1]}", $"class numbers of shape {Targets(shapes[0])[0]}",
            shapes[0] == shapes[1] && shapes[0].Rank == 1 ? "for probabilities as targets take SoftmaxLogLoss" : null)
        : !ClassWeights.IsEmpty && ClassWeights.Count != shapes[0][-1] ? new Fault($"{ClassWeights.Count} class weights for {shapes[0][-1]} classes", "one weight a class")
        : Seq1(Shape.Scalar));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, t) = (call.Inputs[0], call.Inputs[1]);
        int classes = x.Shape[-1], rows = t.Size / call.Batch;
        var logs = Tensor.Fresh<T>(x.Shape);
        SoftmaxRows.LogForward(x.Span, logs.Span, classes);
        var loss = Tensor.Fresh<T>([call.Batch]);
        loss.Span.Clear();
        T share = T.CreateChecked(Smoothing) / T.CreateChecked(classes);
        for (int row = 0; row < t.Size; row++)
        {
            T target = t.Span[row];
            if (IsIgnored(target)) continue;
            var log = logs.Span.Slice(row * classes, classes);
            int place = Indices.Of(target, classes);
            T sum = place < 0 ? T.NaN : -T.CreateChecked(1 - Smoothing) * ClassWeight<T>(place) * log[place];
            if (Smoothing != 0)
                for (int c = 0; c < classes; c++) sum -= share * ClassWeight<T>(c) * log[c];
            loss.Span[row / rows] += sum;
        }
        return new(loss.Done(), [logs.Done(), t]);
    }

    private BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (logs, t) = (call.Saved[0], call.Saved[1]);
        int classes = logs.Shape[-1], rows = t.Size / call.Batch;
        var dx = Tensor.Fresh<T>(logs.Shape);
        Elementwise.Exp(logs.Span, dx.Span);

        T share = T.CreateChecked(Smoothing) / T.CreateChecked(classes), spread = T.Zero;
        if (Smoothing != 0)
            for (int c = 0; c < classes; c++) spread += share * ClassWeight<T>(c);
        for (int row = 0; row < t.Size; row++)
        {
            T target = t.Span[row], dy = call.Dy.Span[row / rows];
            var to = dx.Span.Slice(row * classes, classes);
            int place = Indices.Of(target, classes);
            if (IsIgnored(target)) to.Clear();
            else if (place < 0) to.Fill(T.NaN);
            else
            {
                // By δE at the end: where p_t is nearly 1, little is left of p_t − 1, and the rounding of a product would show in it.
                T own = T.CreateChecked(1 - Smoothing) * ClassWeight<T>(place);
                if (own + spread != T.One) Elementwise.Scale(to, own + spread, to);
                if (Smoothing != 0)
                    for (int c = 0; c < classes; c++) to[c] -= share * ClassWeight<T>(c);
                to[place] -= own;
                Elementwise.Scale(to, dy, to);
            }
        }
        return new([dx.Done(), call.Wants(1) ? Tensor.Zeros<T>(t.Shape) : default]);
    }

    private bool IsIgnored<T>(T target) where T : struct, IFloatingPointIeee754<T> => Ignored is { } ignored && T.Round(target) == T.CreateChecked(ignored);

    private T ClassWeight<T>(int place) where T : struct, IFloatingPointIeee754<T> => ClassWeights.IsEmpty ? T.One : T.CreateChecked(ClassWeights[place]);
}

public static partial class Losses
{
    /// <summary>E = −log softmax(x)ₜ of logits x and class numbers t. See <see cref="CrossEntropyLayer"/>.</summary>
    /// <param name="reduction">Sum, or mean as PyTorch's.</param>
    /// <param name="classWeights">One weight a class; by default 1.</param>
    /// <param name="smoothing">Label smoothing, from 0 to 1.</param>
    /// <param name="ignored">A class number whose rows count nothing.</param>
    public static Loss CrossEntropy(Reduction reduction = Reduction.Mean, Seq<double> classWeights = default, double smoothing = 0, int? ignored = null) =>
        new CrossEntropyLayer { ClassWeights = classWeights, Smoothing = smoothing, Ignored = ignored }.Reduced(reduction);

    /// <summary>E of each example. See <see cref="CrossEntropyLayer"/>.</summary>
    public static Pipeline<Wire> CrossEntropy(Wire logits, Wire classes) => new CrossEntropyLayer().On(logits, classes);
}
