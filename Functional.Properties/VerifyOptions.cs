using System.Globalization;
using Functional.Core;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Properties;

/// <summary>At which points a layer is to be verified. Equal options give equal points.</summary>
public sealed record VerifyOptions
{
    /// <summary>How many points; the environment variable <c>FUNCTIONAL_CASES</c> multiplies it (<see cref="Verify.Scaled"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1: at no points every law holds.</exception>
    public int Cases
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"{nameof(Cases)} is {value}; at least 1 is needed, as at no points every law holds.");
    } = 48;

    /// <summary>The number of the first point, to run one again.</summary>
    public int First { get; init; }

    /// <summary>Where the points come from.</summary>
    public Key Key { get; init; } = new(1);

    /// <summary>What values each input may take, in order; any real number for those beyond the list.</summary>
    public Seq<ValueKind> Kinds { get; init; } = Empty;

    /// <summary>The families of values to go through; unless told otherwise those up to ±1000, where differences are conclusive for nearly every layer.</summary>
    public Seq<ValueFamily> Families { get; init; } = toSeq(Enum.GetValues<ValueFamily>()).Filter(family => family <= ValueFamily.Huge).Strict();

    /// <summary>The modes to go through.</summary>
    public Seq<Mode> Modes { get; init; } = Seq(Mode.Train, Mode.Inference);

    /// <summary>Batches of 1 to so many examples.</summary>
    public int LargestBatch { get; init; } = 4;

    /// <summary>
    /// Whether every fourth point is at other shapes than asked for, where the layer takes them: a size of 1 with many examples, or a size past the widths of vector loops.
    /// </summary>
    public bool VariesShapes { get; init; } = true;

    /// <summary>The points for a layer: batch sizes change fastest, then families, then modes.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">The shapes of one example's inputs.</param>
    public IEnumerable<LayerCase> Points(Layer layer, Seq<Shape> inputs)
    {
        // Of one shape without axes a lone [] would be a list of none.
        string code = CSharpCode.Of(layer), needed = inputs is [{ Rank: 0 }] ? "Shape.Scalar" : string.Join(", ", inputs);
        return Enumerable.Range(First, (int)Math.Min(Verify.Scaled(Cases), int.MaxValue - (long)First + 1)).Select(number =>
        {
            var kinds = toSeq(Enumerable.Range(0, inputs.Count).Select(i => i < Kinds.Count ? Kinds[i] : ValueKind.Real)).Strict();
            int family = number / LargestBatch, mode = family / Families.Count;
            var (shapes, batch) = SizesAt(layer, inputs, number);
            // Two points in eight have tied and zero parameters.
            var weights = (number % 8) switch { 5 => ValueFamily.Ties, 6 => ValueFamily.Zero, _ => ValueFamily.Normal };
            return CaseMaker.Make(layer, shapes, batch, Key.Split((ulong)number), Families[family % Families.Count], kinds, Modes[mode % Modes.Count], weights) with
            {
                Origin = $"Verify.Layer({code}, {Code(number)}, {needed});",
            };
        });
    }

    // Axes of one size change together, so that inputs that have to agree still do. Not so far that a point takes long.
    private (Seq<Shape> Shapes, int Batch) SizesAt(Layer layer, Seq<Shape> inputs, int number)
    {
        const int Many = 37, ManyExamples = 17, MostElements = 600;
        int batch = 1 + number % LargestBatch;
        int[] sizes = [.. inputs.SelectMany(shape => shape).Distinct()];
        if (!VariesShapes || number % 4 != 3 || sizes.Length == 0) return (inputs, batch);
        int round = number / 4, old = sizes[round / 2 % sizes.Length];
        bool many = (round + round / Families.Count) % 2 == 1;
        var others = inputs.Map(shape => Shape.Of([.. shape.Select(size => size != old ? size : many ? Many : 1)])).Strict();
        if (!many) batch = ManyExamples;
        return others.Sum(shape => shape.Size) * batch <= MostElements && layer.Outputs(others).IsSucc ? (others, batch) : (inputs, batch);
    }

    // These options with a single point, leaving out what is as usual.
    private string Code(int number)
    {
        var usual = new VerifyOptions();
        string text = string.Create(CultureInfo.InvariantCulture, $"new VerifyOptions {{ First = {number}, Cases = 1");
        if (Key != usual.Key) text += $", Key = new({Key.Seed})";
        if (!Kinds.IsEmpty) text += $", Kinds = {CSharpCode.Of(Kinds)}";
        if (Families != usual.Families) text += $", Families = {CSharpCode.Of(Families)}";
        if (Modes != usual.Modes) text += $", Modes = {CSharpCode.Of(Modes)}";
        if (!VariesShapes) text += ", VariesShapes = false";
        if (LargestBatch != usual.LargestBatch) text += string.Create(CultureInfo.InvariantCulture, $", LargestBatch = {LargestBatch}");
        return text + " }";
    }
}
