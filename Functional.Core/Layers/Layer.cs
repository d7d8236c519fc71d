using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// An immutable description of a layer, independent of the number type and of the sizes around it: <c>Dense(128)</c>.
/// It answers three questions, purely: what comes out for these input shapes, which parameters it has and how they start,
/// and, at a number type, its forward and backward functions. Layers are equal when their settings are. Running statistics (<see cref="States"/>)
/// are constants to the gradient; a hidden state that is carried from step to step is an ordinary input and output, and has one.
/// </summary>
/// <remarks>To write one, derive a sealed record: see <c>docs/add-a-layer.md</c>.</remarks>
public abstract record Layer
{
    /// <summary>The name of the layer's applications in a network; <c>null</c> for its <see cref="Kind"/> with a number.</summary>
    public string? Name { get; init; }

    /// <summary>The layer's word for itself, such as <c>dense</c>: the record's name without <c>Layer</c>, in lower case.</summary>
    public virtual string Kind => KindOf(GetType());

    /// <summary>How many outputs it has.</summary>
    public virtual int OutputCount => 1;

    /// <summary>Whether in training an example's outputs depend on the other examples of its batch, as in batch normalisation.</summary>
    public virtual bool MixesExamples => false;

    /// <summary>What is wrong with its settings, whatever the inputs are; empty when nothing is.</summary>
    public virtual Seq<Fault> Faults => Empty;

    /// <summary>The shapes that come out (of one example, without the batch) for the shapes that go in, or a <see cref="Fault"/>.</summary>
    public abstract Fin<Seq<Shape>> Outputs(Seq<Shape> inputs);

    /// <summary>The parameters it needs for inputs of these shapes. Only asked where <see cref="Outputs"/> succeeds.</summary>
    public virtual Seq<Parameter> Parameters(Seq<Shape> inputs) => Empty;

    /// <summary>The running statistics it keeps for inputs of these shapes. Only asked where <see cref="Outputs"/> succeeds.</summary>
    public virtual Seq<Parameter> States(Seq<Shape> inputs) => Empty;

    /// <summary>The layer at a number type: its two pure functions.</summary>
    public abstract Differentiable<T> At<T>() where T : struct, IFloatingPointIeee754<T>;

    /// <summary>The same layer under a name of your own.</summary>
    public Layer Named(string name) => this with { Name = name };

    /// <summary>Applies the layer to wires in a pipeline. Composite layers expand into their parts here.</summary>
    internal virtual Pipeline<Seq<Wire>> Apply(Seq<Wire> inputs) => Draft.AddNode(this, inputs);

    /// <summary>Applies the layer to one wire.</summary>
    public Pipeline<Wire> On(Wire input) => Apply(Seq1(input)).Single(this);

    /// <summary>Applies the layer to several wires.</summary>
    public Pipeline<Wire> On(Wire first, Wire second, params ReadOnlySpan<Wire> others) =>
        Apply(Seq(first, second) + toSeq(others.ToArray())).Single(this);

    /// <summary>Applies the layer to wires and gives all its outputs.</summary>
    public Pipeline<Seq<Wire>> OnAll(Seq<Wire> inputs) => Apply(inputs);

    /// <summary>This layer, then the next: composition, associative, with <see cref="Layers.Identity()"/> as its unit.</summary>
    public static Layer operator >>(Layer first, Layer next) => ChainLayer.Of(first, next);

    /// <summary>This layer, then one that needs no settings: <c>Dense(10) >> Softmax</c>.</summary>
    public static Layer operator >>(Layer first, Func<Layer> next) => first >> next();

    /// <summary>This layer, then the next: <c>&gt;&gt;</c> by name.</summary>
    public Layer Then(Layer next) => this >> next;

    private static string KindOf(Type type)
    {
        string name = type.Name.Split('`')[0];
        if (name.EndsWith("Layer", StringComparison.Ordinal)) name = name[..^5];
        return name.ToLowerInvariant();
    }
}
