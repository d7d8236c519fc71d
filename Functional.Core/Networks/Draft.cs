using System.Collections.Immutable;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>A network under construction: the state that <see cref="Pipeline{A}"/> threads through. Immutable.</summary>
/// <param name="Token">The identity of this run, which its wires carry.</param>
/// <param name="Path">The prefix of node paths where the construction stands, such as <c>residual1/</c>.</param>
/// <param name="Owner">The prefix of parameter names; it differs from <paramref name="Path"/> inside shared layers.</param>
internal sealed record Draft(object Token, string Path = "", string Owner = "")
{
    public Seq<NetworkInput> Inputs { get; init; } = Empty;
    public Seq<Node> Nodes { get; init; } = Empty;
    public Seq<Fault> Faults { get; init; } = Empty;
    public int Slots { get; init; }

    // Paths in use, and those kept for the first use of a shared layer. The base library's collections: at their first comparison
    // LanguageExt's look through all assemblies for how, which takes a third of a second of a program's start.
    public ImmutableHashSet<string> Paths { get; init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);
    public ImmutableHashSet<string> Reserved { get; init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    // What each owner of parameters needs, so that all uses of a shared layer agree.
    public ImmutableDictionary<string, Seq<Parameter>> Owned { get; init; } = ImmutableDictionary.Create<string, Seq<Parameter>>(StringComparer.Ordinal);

    public Draft Fail(Fault fault) => this with { Faults = Faults.Add(fault) };

    public Wire BrokenWire() => new(Token, -1, null);

    /// <summary>A path below the current one that is still free: <c>dense1</c>, <c>dense2</c>, or a given name as it is.</summary>
    public string Free(string kind, string? name)
    {
        string Numbered(int number) => Path + (name is null ? $"{kind}{number}" : number == 1 ? name : $"{name}_{number}");
        return Enumerable.Range(1, int.MaxValue).Select(Numbered).First(path => !Paths.Contains(path) && !Reserved.Contains(path));
    }

    /// <summary>Runs a pipeline with paths under a prefix of its own.</summary>
    public static Pipeline<A> Scoped<A>(string kind, string? name, Func<Pipeline<A>> inner) => new(draft =>
    {
        string path = draft.Free(kind, name);
        string owner = draft.Owner + path[draft.Path.Length..];
        var (after, value) = inner().Run(draft with { Path = path + "/", Owner = owner + "/", Paths = draft.Paths.Add(path) });
        return (after with { Path = draft.Path, Owner = draft.Owner }, value);
    });

    /// <summary>Mistakes of the composite whose scope this is, and wires that stand in for its outputs.</summary>
    public static Pipeline<Seq<Wire>> Faulty(Seq<Fault> faults, int outputs) => new(draft =>
        (draft with { Faults = draft.Faults + faults.Map(fault => fault.At(draft.Path.TrimEnd('/'))) }, draft.Broken(outputs)));

    public static Pipeline<Wire> AddInput(string? name, Shape shape) => new(draft =>
    {
        string path = name ?? Enumerable.Range(1, int.MaxValue).Select(i => $"input{i}").First(p => !draft.Inputs.Exists(input => input.Name == p));
        if (draft.Inputs.Exists(input => input.Name == path))
            draft = draft.Fail(new Fault("a second input of that name", "one input a name", "declare the input once and use its wire wherever it is needed", path));
        if (shape.Problem is { } problem)
        {
            draft = draft.Fail(new Fault(problem, "a shape of positive sizes", null, path));
            return (draft with { Inputs = draft.Inputs.Add(new(path, shape, -1)) }, draft.BrokenWire());
        }
        var wire = new Wire(draft.Token, draft.Slots, shape);
        return (draft with { Inputs = draft.Inputs.Add(new(path, shape, draft.Slots)), Slots = draft.Slots + 1 }, wire);
    });

    public static Pipeline<Seq<Wire>> AddNode(Layer layer, Seq<Wire> inputs) => new(draft => draft.Add(layer, inputs));

    private (Draft, Seq<Wire>) Add(Layer layer, Seq<Wire> inputs)
    {
        string path = Free(layer.Kind, layer.Name);
        return Place(path, Owner + path[Path.Length..], layer, inputs);
    }

    /// <summary>Applies a layer under a path that is known to be free, after the same checks as everywhere.</summary>
    public (Draft, Seq<Wire>) Place(string path, string owner, Layer layer, Seq<Wire> inputs)
    {
        var draft = this with { Paths = Paths.Add(path) };

        var faults = layer.Faults + inputs
            .Filter(wire => wire.Pipeline != Token)
            .Map(wire => new Fault($"a wire of shape {wire.Shape} of another pipeline", "wires of this pipeline", "take the wire from a 'from' of the same query"));
        if (faults.IsEmpty && inputs.Exists(wire => wire.IsBroken)) return (draft, draft.Broken(layer.OutputCount));
        var inputShapes = inputs.Map(wire => wire.Shape).Strict();
        var inferred = faults.IsEmpty ? draft.Infer(layer, inputShapes, owner).MapLeft(fault => Seq1(fault)) : Left(faults);
        if (inferred.IsLeft)
            return (draft with { Faults = draft.Faults + inferred.LeftToSeq().Flatten().Map(fault => fault.At(path)) }, draft.Broken(layer.OutputCount));

        var (shapes, parameters) = inferred.IfLeft((Seq<Shape>(), Seq<Parameter>()));
        var node = new Node(path, owner, layer, inputs.Map(wire => wire.Slot).Strict(), Slots, inputShapes, shapes);
        var wires = toSeq(shapes.Select((shape, i) => new Wire(Token, Slots + i, shape))).Strict();
        return (draft with
        {
            Nodes = draft.Nodes.Add(node),
            Slots = Slots + shapes.Count,
            Owned = draft.Owned.SetItem(owner, parameters),
        }, wires);
    }

    /// <summary>One set of parameters under a path of its own; each use of the function it yields draws on them.</summary>
    public static Pipeline<Func<Seq<Wire>, Pipeline<Seq<Wire>>>> Share(string? name, Func<Seq<Wire>, Pipeline<Seq<Wire>>> apply) => new(draft =>
    {
        string path = draft.Free("shared", name);
        string owner = draft.Owner + path[draft.Path.Length..] + "/";
        string local = path[draft.Path.Length..];
        Pipeline<Seq<Wire>> Use(Seq<Wire> inputs) => new(at =>
        {
            string use = at.Path + local == path && !at.Paths.Contains(path) ? path : at.Free("", local);
            if (at.Token != draft.Token)
                return (at.Fail(new Fault("a shared layer of another pipeline", "one of this pipeline", "take it from a 'from' of the same query", use)), Seq1(at.BrokenWire()));
            var (after, outputs) = apply(inputs).Run(at with { Path = use + "/", Owner = owner, Paths = at.Paths.Add(use) });
            return (after with { Path = at.Path, Owner = at.Owner }, outputs);
        });
        return (draft with { Reserved = draft.Reserved.Add(path) }, Use);
    });

    /// <summary>The nodes of a built network, applied to wires of this pipeline.</summary>
    public static Pipeline<Seq<Wire>> Splice(Network network, Seq<Wire> inputs) => new(draft =>
    {
        var got = inputs.Map(wire => wire.Shape);
        var needed = network.Inputs.Map(input => input.Shape);
        if (!inputs.Exists(wire => wire.IsBroken) && !got.AsEnumerable().SequenceEqual(needed))
        {
            draft = draft.Fail(new Fault($"inputs {Text(got)}", Text(needed), "a built network is bound to its input shapes", draft.Path.TrimEnd('/')));
            return (draft, draft.Broken(network.OutputSlots.Count));
        }
        if (inputs.Count != needed.Count) return (draft, draft.Broken(network.OutputSlots.Count));
        string path = draft.Path, owner = draft.Owner;
        var slots = new Dictionary<int, Wire>();
        for (int i = 0; i < inputs.Count; i++) slots[network.Inputs[i].Slot] = inputs[i];
        foreach (var node in network.Nodes)
        {
            int local = node.Path.LastIndexOf('/') + 1, home = node.Owner.LastIndexOf('/') + 1;
            var at = draft with { Path = path + node.Path[..local], Owner = owner + node.Owner[..home] };
            (draft, var outputs) = at.Add(node.Layer with { Name = node.Path[local..] }, node.Inputs.Map(slot => slots[slot]).Strict());
            for (int i = 0; i < outputs.Count; i++) slots[node.FirstOutput + i] = outputs[i];
        }
        return (draft with { Path = path, Owner = owner }, network.OutputSlots.Map(slot => slots[slot]).Strict());
    });

    private Seq<Wire> Broken(int count) => toSeq(Enumerable.Repeat(BrokenWire(), count)).Strict();

    private Either<Fault, (Seq<Shape> Shapes, Seq<Parameter> Parameters)> Infer(Layer layer, Seq<Shape> inputs, string owner) =>
        layer.Outputs(inputs).Match<Either<Fault, (Seq<Shape>, Seq<Parameter>)>>(
            shapes =>
            {
                var parameters = (layer.Parameters(inputs) + layer.States(inputs)).Strict();
                var problem = (shapes + parameters.Map(parameter => parameter.Shape)).Map(shape => shape.Problem).Find(text => text is not null);
                if (problem.Case is string text) return new Fault(text, "positive sizes that an array can hold");
                return Owned.TryGetValue(owner, out var before) && !before.AsEnumerable().SequenceEqual(parameters)
                    ? new Fault(
                        $"inputs {Text(inputs)}, for which the parameters would be {Text(parameters.Map(p => p.Shape))}",
                        $"those of its other uses, {Text(before.Map(p => p.Shape))}",
                        "a shared layer needs inputs of one shape")
                    : (shapes.Strict(), parameters);
            },
            error => Fault.From(error));

    private static string Text(Seq<Shape> shapes) => string.Join(" and ", shapes);
}
