using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>Runs a pipeline to a network.</summary>
public static class PipelineBuild
{
    /// <summary>The network with this output, or every mistake in it with its path.</summary>
    public static Validation<Fault, Network> Build(this Pipeline<Wire> pipeline) => pipeline.Select(wire => Seq1(wire)).Build();

    /// <summary>The network with these two outputs, or every mistake in it.</summary>
    public static Validation<Fault, Network> Build(this Pipeline<(Wire, Wire)> pipeline) =>
        pipeline.Select(wires => Seq(wires.Item1, wires.Item2)).Build();

    /// <summary>The network with these three outputs, or every mistake in it.</summary>
    public static Validation<Fault, Network> Build(this Pipeline<(Wire, Wire, Wire)> pipeline) =>
        pipeline.Select(wires => Seq(wires.Item1, wires.Item2, wires.Item3)).Build();

    /// <summary>The network with these outputs in order, or every mistake in it.</summary>
    public static Validation<Fault, Network> Build(this Pipeline<Seq<Wire>> pipeline)
    {
        var (draft, outputs) = pipeline.Run(new Draft(new object()));
        var faults = draft.Faults + OutputFaults(draft, outputs.Strict()) + SizeFaults(draft) + NameFaults(draft);
        return faults.IsEmpty
            ? Success<Fault, Network>(new(draft.Inputs.Strict(), draft.Nodes.Strict(), outputs.Map(wire => wire.Slot).Strict(), draft.Slots))
            : Fail<Fault, Network>(faults.Strict());
    }

    private static Seq<Fault> OutputFaults(Draft draft, Seq<Wire> outputs) =>
        (outputs.IsEmpty ? Seq1(new Fault("a network without output", "at least one output", "end the query with 'select' of a wire", "output")) : Empty)
        + (draft.Inputs.IsEmpty ? Seq1(new Fault("a network without input", "at least one input", "begin the query with 'from x in Input(…)'", "input")) : Empty)
        + outputs.Filter(wire => wire.Pipeline != draft.Token).Map(wire =>
            new Fault($"a wire of shape {wire.Shape} of another pipeline", "wires of this pipeline", "select a wire of the same query", "output"));

    private static Seq<Fault> SizeFaults(Draft draft)
    {
        long total = draft.Owned.Values.Bind(parameters => parameters).Sum(parameter => parameter.Shape.LongSize);
        return total <= System.Array.MaxLength ? Empty : Seq1(new Fault(
            $"{total:N0} parameters together", $"at most {System.Array.MaxLength:N0}, what one buffer holds", null, "network"));
    }

    // A path may hold dots, so two owners can come to one full name; then one of them would get the other's numbers.
    private static Seq<Fault> NameFaults(Draft draft) =>
        toSeq(draft.Owned.AsEnumerable().SelectMany(pair => pair.Value.Map(parameter => $"{pair.Key}.{parameter.Name}"))
            .GroupBy(name => name).Where(group => group.Skip(1).Any())
            .Select(group => new Fault("a second parameter of that name", "one parameter a name", "name the layers without dots", group.Key))).Strict();
}
