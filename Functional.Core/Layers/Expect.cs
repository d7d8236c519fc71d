using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>What layers commonly need of their inputs, with the words for when it is not so.</summary>
public static class Expect
{
    /// <summary>Exactly one input.</summary>
    public static Fin<Shape> One(Seq<Shape> inputs) => Count(inputs, 1).Map(shapes => shapes[0]);

    /// <summary>Exactly <paramref name="count"/> inputs.</summary>
    public static Fin<Seq<Shape>> Count(Seq<Shape> inputs, int count) => inputs.Count == count
        ? inputs
        : new Fault($"{inputs.Count} inputs ({string.Join(", ", inputs)})", $"{count}");

    /// <summary>Two or more inputs, all of one shape.</summary>
    public static Fin<Shape> Same(Seq<Shape> inputs, string? fix = null) => inputs.Count < 2
        ? new Fault($"{inputs.Count} inputs", "two or more of one shape")
        : inputs.Tail.ForAll(shape => shape == inputs.Head)
            ? inputs.Head
            : new Fault(string.Join(" and ", inputs), "inputs of one shape", fix ?? SameFix(inputs));

    /// <summary>One input with at least one axis, of whose shape the output is.</summary>
    public static Fin<Seq<Shape>> Rows(Seq<Shape> inputs) => One(inputs).Bind<Seq<Shape>>(shape => shape.Rank > 0
        ? Seq1(shape)
        : NoAxes);

    /// <summary>A fault for each setting that has to be positive and is not.</summary>
    public static Seq<Fault> Positive(params ReadOnlySpan<(string Name, int Value)> settings)
    {
        var faults = Seq<Fault>();
        foreach (var (name, value) in settings)
            if (value <= 0) faults = faults.Add(new Fault($"{name} {value}", $"{name} of at least 1"));
        return faults;
    }

    /// <summary>A fault for each setting that is not what it has to be, such as <c>("momentum", 2, false, "a momentum from 0 to below 1")</c>.</summary>
    public static Seq<Fault> Settings(params ReadOnlySpan<(string Name, double Value, bool Holds, string Needed)> settings)
    {
        var faults = Seq<Fault>();
        foreach (var (name, value, holds, needed) in settings)
            if (!holds) faults = faults.Add(new Fault($"{name} {value}", needed));
        return faults;
    }

    /// <summary>A fault for each learning rate that is not finite or below 0.</summary>
    public static Seq<Fault> Rate(params ReadOnlySpan<(string Name, double Value)> rates)
    {
        var faults = Seq<Fault>();
        foreach (var (name, value) in rates)
            faults += Settings((name, value, value >= 0 && double.IsFinite(value), "a finite rate of at least 0"));
        return faults;
    }

    internal static Fault NoAxes => new("a number []", "a vector or more axes", "Reshape it to [1]");

    private static string SameFix(Seq<Shape> inputs) => inputs.ForAll(shape => shape.LongSize == inputs.Head.LongSize)
        ? $"the sizes agree: Reshape to {inputs.Head}"
        : $"a Dense({inputs.Head.LongSize}) on the other would give it that size";
}
