using System.Numerics;
using System.Text.Json.Serialization;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// A pure function of the columns of examples, with numbers that were fitted to a set: what a <see cref="Transform"/> became. A value, compared by its numbers; saved
/// inside a model file.
/// </summary>
/// <remarks>Laws: <c>Undo(Apply(x)) = x</c> to rounding, where x has no missing values; what <c>Apply</c> gives depends on its example and on the fitted numbers alone.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ScaledColumns), "scaled")]
[JsonDerivedType(typeof(FilledColumns), "filled")]
[JsonDerivedType(typeof(TransformChain), "chain")]
public abstract record FittedTransform
{
    private protected FittedTransform() { }

    /// <summary>How many numbers an example has.</summary>
    public abstract int Width { get; }

    /// <summary>Whether missing values (NaN) come out as numbers.</summary>
    public abstract bool FillsMissing { get; }

    /// <summary>What is wrong with the numbers, or <c>null</c>: such as those of a hostile file.</summary>
    internal abstract Fault? Problem { get; }

    /// <summary>Transformed examples, in the shape they came in.</summary>
    /// <param name="examples">Examples of <see cref="Width"/> numbers each, batch first.</param>
    /// <exception cref="ArgumentException">The examples have another width.</exception>
    public Tensor<T> Apply<T>(Tensor<T> examples) where T : struct, IFloatingPointIeee754<T> => Through(examples, undo: false);

    /// <summary>Examples as they were before <see cref="Apply{T}"/>. What was filled in stays.</summary>
    /// <inheritdoc cref="Apply{T}"/>
    public Tensor<T> Undo<T>(Tensor<T> examples) where T : struct, IFloatingPointIeee754<T> => Through(examples, undo: true);

    /// <summary>This, then another of the same width.</summary>
    /// <exception cref="ArgumentException">The widths differ.</exception>
    public FittedTransform Then(FittedTransform next)
    {
        if (next.Width != Width) throw new ArgumentException($"A transform of {Width} columns was given one of {next.Width} to go on with; both need the same.", nameof(next));
        return new TransformChain((Parts + next.Parts).Strict());
    }

    internal virtual Seq<FittedTransform> Parts => Seq1(this);

    internal abstract void ApplyTo<T>(Span<T> numbers) where T : struct, IFloatingPointIeee754<T>;

    internal abstract void UndoTo<T>(Span<T> numbers) where T : struct, IFloatingPointIeee754<T>;

    private protected static Fault? NotFinite(Tensor<double> numbers, string name)
    {
        if (numbers.IsDefault || numbers.Shape.Rank != 1 || numbers.Size < 1) return new Fault($"no {name}", "a number for each column", null, "transform");
        for (int i = 0; i < numbers.Size; i++)
            if (!double.IsFinite(numbers.Span[i])) return new Fault($"{name} {numbers.Span[i]} of column {i}", "a finite number", null, "transform");
        return null;
    }

    private Tensor<T> Through<T>(Tensor<T> examples, bool undo) where T : struct, IFloatingPointIeee754<T>
    {
        if (examples.Shape.Example.LongSize != Width)
            throw new ArgumentException($"The examples have {examples.Shape.Example.LongSize} numbers each; the transform was fitted to {Width}.", nameof(examples));
        var fresh = Tensor.Fresh<T>(examples.Shape);
        examples.Span.CopyTo(fresh.Span);
        if (undo) UndoTo(fresh.Span);
        else ApplyTo(fresh.Span);
        return fresh.Done();
    }
}

/// <summary>y = (x − shift) / scale, column by column, computed in <c>double</c> and rounded.</summary>
/// <param name="Shift">Of each column.</param>
/// <param name="Scale">Of each column, above 0.</param>
public sealed record ScaledColumns(Tensor<double> Shift, Tensor<double> Scale) : FittedTransform
{
    /// <inheritdoc/>
    public override int Width => Shift.Size;

    /// <inheritdoc/>
    public override bool FillsMissing => false;

    internal override Fault? Problem =>
        NotFinite(Shift, "shift") ?? NotFinite(Scale, "scale")
        ?? (Shift.Size != Scale.Size ? new Fault($"{Shift.Size} shifts and {Scale.Size} scales", "one of each for every column", null, "transform") : null)
        ?? (Scale.Span.ContainsAnyExceptInRange(double.Epsilon, double.MaxValue) ? new Fault("a scale of 0 or below", "scales above 0", null, "transform") : null);

    internal override void ApplyTo<T>(Span<T> numbers)
    {
        ReadOnlySpan<double> shift = Shift.Span, scale = Scale.Span;
        for (; !numbers.IsEmpty; numbers = numbers[shift.Length..])
            for (int column = 0; column < shift.Length; column++)
                numbers[column] = T.CreateSaturating((double.CreateSaturating(numbers[column]) - shift[column]) / scale[column]);
    }

    internal override void UndoTo<T>(Span<T> numbers)
    {
        ReadOnlySpan<double> shift = Shift.Span, scale = Scale.Span;
        for (; !numbers.IsEmpty; numbers = numbers[shift.Length..])
            for (int column = 0; column < shift.Length; column++)
                numbers[column] = T.CreateSaturating(double.CreateSaturating(numbers[column]) * scale[column] + shift[column]);
    }
}

/// <summary>A number for every missing value (NaN), column by column; all others stay.</summary>
/// <param name="Values">Of each column.</param>
public sealed record FilledColumns(Tensor<double> Values) : FittedTransform
{
    /// <inheritdoc/>
    public override int Width => Values.Size;

    /// <inheritdoc/>
    public override bool FillsMissing => true;

    internal override Fault? Problem => NotFinite(Values, "value");

    internal override void ApplyTo<T>(Span<T> numbers)
    {
        var values = Values.Span;
        for (; !numbers.IsEmpty; numbers = numbers[values.Length..])
            for (int column = 0; column < values.Length; column++)
                if (T.IsNaN(numbers[column])) numbers[column] = T.CreateSaturating(values[column]);
    }

    internal override void UndoTo<T>(Span<T> numbers) { }
}

/// <summary>Transforms one after another.</summary>
/// <param name="Steps">In the order in which they are applied; they are undone from the last to the first.</param>
public sealed record TransformChain(Seq<FittedTransform> Steps) : FittedTransform
{
    /// <inheritdoc/>
    public override int Width => Steps[0].Width;

    /// <inheritdoc/>
    public override bool FillsMissing => Steps.Exists(step => step.FillsMissing);

    internal override Fault? Problem =>
        Steps.IsEmpty ? new Fault("a chain of no transforms", "at least one", null, "transform")
        : Steps.Map(step => Optional(step.Problem)).Somes().HeadOrNone().Case is Fault fault ? fault
        : Steps.Exists(step => step.Width != Width) ? new Fault($"transforms of {string.Join(", ", Steps.Map(step => step.Width))} columns", "the same width in all", null, "transform")
        : null;

    internal override Seq<FittedTransform> Parts => Steps;

    internal override void ApplyTo<T>(Span<T> numbers)
    {
        foreach (var step in Steps) step.ApplyTo(numbers);
    }

    internal override void UndoTo<T>(Span<T> numbers)
    {
        for (int i = Steps.Count - 1; i >= 0; i--) Steps[i].UndoTo(numbers);
    }
}
