using System.Numerics;
using Functional.Core.Kernels;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// Connectionist temporal classification: the error of a sequence of logits against labels that come in order but whose places are not known.
/// E = −log Σ_π Π_t p(π_t, t), over all paths π of a symbol a step that give the labels once repeated symbols are joined and blanks then left out, with
/// p = softmax(x) over the last axis. The sum runs through the labels with blanks around them, l = (∅, l₁, ∅, l₂, …, ∅), in logarithms:
/// α_t(s) = p(l_s, t) (α_{t−1}(s) + α_{t−1}(s−1) + α_{t−1}(s−2)), the last only where l_s is neither blank nor l_{s−2}; β likewise from the end.
/// Derivative: δx_k = p_k − Σ_{l_s = k} α(s) β(s) / Σ_s α(s) β(s) at every step, times the gradient from above; class numbers have none.
/// A label that is no class, or the blank, and a length beyond the sequence give NaN, so that they are noticed. Labels for which there are too few steps have no
/// path: E = ∞, with NaN for gradients, or both 0 if <see cref="SkipsImpossible"/>. Otherwise finite for finite x.
/// </summary>
/// <param name="Labels">The most labels that an example has; fewer are filled up with <see cref="Padding"/>.</param>
/// <remarks>
/// Shapes: x <c>[length, classes]</c>, labels <c>[Labels]</c>, lengths <c>[]</c>. A. Graves et al., Connectionist Temporal Classification, 2006, equations 5 to 16.
/// PyTorch's <c>CTCLoss</c> of <c>log_softmax(x)</c>, whose mean also divides each error by its number of labels, which this does not.
/// </remarks>
public sealed record CtcLayer(int Labels) : LossLayer
{
    /// <summary>The class number of the blank.</summary>
    public int Blank { get; init; }

    /// <summary>The number that stands where there is no label.</summary>
    public int Padding { get; init; } = -1;

    /// <summary>Whether a second target tells how many steps of each example count, from the first on.</summary>
    public bool HasLengths { get; init; }

    /// <summary>Whether an example without a path counts nothing: E = 0 instead of ∞.</summary>
    public bool SkipsImpossible { get; init; }

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Expect.Positive(("labels", Labels))
        + (Blank >= 0 ? Empty : Seq1(new Fault($"blank {Blank}", "a class number")))
        + (Padding != Blank ? Empty : Seq1(new Fault($"{Blank} for blank and padding", "two different numbers")));

    /// <inheritdoc/>
    public override Seq<Shape> Targets(Shape prediction) => HasLengths ? Seq(Shape.Of(Labels), Shape.Scalar) : Seq1(Shape.Of(Labels));

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Expect.Count(inputs, HasLengths ? 3 : 2).Bind<Seq<Shape>>(shapes =>
        shapes[0].Rank != 2 ? new Fault($"logits of shape {shapes[0]}", "logits [length, classes]")
        : Blank >= shapes[0][1] ? new Fault($"blank {Blank} of {shapes[0][1]} classes", "a class number")
        : shapes.Tail != Targets(shapes[0]) ? new Fault($"targets {string.Join(", ", shapes.Tail)}", $"{string.Join(", ", Targets(shapes[0]))}: labels{(HasLengths ? " and a length" : "")}")
        : Seq1(Shape.Scalar));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>() => new(Forward, Backward);

    private ForwardResult<T> Forward<T>(in ForwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        var (x, t) = (call.X, call.Inputs[1]);
        var (length, classes, room) = (x.Shape[1], x.Shape[2], 2 * Labels + 1);
        var logs = Tensor.Fresh<T>(x.Shape);
        SoftmaxRows.LogForward(x.Span, logs.Span, classes);
        Fresh<T> loss = Tensor.Fresh<T>([call.Batch]), likelihoods = Tensor.Fresh<T>([call.Batch]), alphas = Tensor.Fresh<T>([call.Batch, length, room]);
        alphas.Span.Clear();
        var labels = Numbers(stackalloc int[256]);
        for (int example = 0; example < call.Batch; example++)
        {
            var path = new CtcPath(Blank, Read(t.Span.Slice(example * Labels, Labels), classes, labels, out bool isWrong));
            int steps = HasLengths ? Indices.Of(call.Inputs[2].Span[example], length + 1) : length;
            T likelihood = isWrong || steps < 0
                ? T.NaN
                : path.Forward<T>(logs.Span.Slice(example * length * classes, steps * classes), classes, alphas.Span.Slice(example * length * room, length * room), room);
            likelihoods.Span[example] = likelihood;
            loss.Span[example] = SkipsImpossible && T.IsNegativeInfinity(likelihood) ? T.Zero : -likelihood;
        }
        return new(loss.Done(), HasLengths
            ? [logs.Done(), alphas.Done(), likelihoods.Done(), t, call.Inputs[2]]
            : [logs.Done(), alphas.Done(), likelihoods.Done(), t]);
    }

    private BackwardResult<T> Backward<T>(in BackwardCall<T> call) where T : struct, IFloatingPointIeee754<T>
    {
        Tensor<T> logs = call.Saved[0], alphas = call.Saved[1], likelihoods = call.Saved[2], t = call.Saved[3];
        var (length, classes, room) = (logs.Shape[1], logs.Shape[2], 2 * Labels + 1);
        Fresh<T> dx = Tensor.Fresh<T>(logs.Shape), betas = Tensor.Fresh<T>([room]);
        var labels = Numbers(stackalloc int[256]);
        for (int example = 0; example < call.Batch; example++)
        {
            var to = dx.Span.Slice(example * length * classes, length * classes);
            int steps = HasLengths ? Indices.Of(call.Saved[4].Span[example], length + 1) : length;
            T likelihood = likelihoods.Span[example];
            var path = new CtcPath(Blank, Read(t.Span.Slice(example * Labels, Labels), classes, labels, out _));
            to.Clear();
            if (SkipsImpossible && T.IsNegativeInfinity(likelihood)) continue;
            if (!T.IsFinite(likelihood)) to.Fill(T.NaN);
            else if (path.Fits(steps))
            {
                ReadOnlySpan<T> from = logs.Span.Slice(example * length * classes, steps * classes), all = alphas.Span.Slice(example * length * room, length * room);
                path.Backward(from, classes, all, room, likelihood, call.Dy.Span[example], betas.Span, to[..(steps * classes)]);
            }
        }
        var none = call.Wants(1) ? Tensor.Zeros<T>(t.Shape) : default;
        return new(HasLengths ? [dx.Done(), none, call.Wants(2) ? Tensor.Zeros<T>(likelihoods.Shape) : default] : [dx.Done(), none]);
    }

    private Span<int> Numbers(Span<int> few) => Labels <= few.Length ? few : new int[Labels];

    /// <summary>The labels of an example without padding.</summary>
    private ReadOnlySpan<int> Read<T>(ReadOnlySpan<T> numbers, int classes, Span<int> labels, out bool isWrong) where T : struct, IFloatingPointIeee754<T>
    {
        int count = 0;
        isWrong = false;
        foreach (T number in numbers)
        {
            if (T.Round(number) == T.CreateChecked(Padding)) continue;
            labels[count] = Indices.Of(number, classes);
            isWrong |= labels[count] < 0 || labels[count] == Blank;
            count++;
        }
        return labels[..count];
    }
}

public static partial class Losses
{
    /// <summary>E = −log of the probability that logits of a sequence spell the labels. See <see cref="CtcLayer"/>.</summary>
    /// <param name="labels">The most labels that an example has.</param>
    /// <param name="blank">The class number of the blank.</param>
    /// <param name="padding">The number that stands where there is no label.</param>
    /// <param name="hasLengths">Whether a second target tells how many steps of each example count.</param>
    /// <param name="skipsImpossible">Whether an example of too few steps for its labels counts nothing, rather than ∞.</param>
    /// <param name="reduction">Sum or mean over the examples.</param>
    public static Loss CtcLoss(
        int labels, int blank = 0, int padding = -1, bool hasLengths = false, bool skipsImpossible = false, Reduction reduction = Reduction.Mean) =>
        new CtcLayer(labels) { Blank = blank, Padding = padding, HasLengths = hasLengths, SkipsImpossible = skipsImpossible }.Reduced(reduction);

    /// <summary>E of each example. See <see cref="CtcLayer"/>.</summary>
    /// <param name="logits">x.</param>
    /// <param name="labels">Class numbers, filled up with −1.</param>
    /// <param name="blank">The class number of the blank.</param>
    public static Pipeline<Wire> CtcLoss(Wire logits, Wire labels, int blank = 0) => new CtcLayer(labels.Shape.Size) { Blank = blank }.On(logits, labels);
}
