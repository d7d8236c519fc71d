using Functional.Core;
using LanguageExt;

namespace Functional.Properties;

/// <summary>One point at which a layer's laws are checked: the layer with everything that its forward function is given, in <c>double</c>.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Inputs">x, batch first.</param>
/// <param name="Parameters">w, in the order in which the layer lists them.</param>
/// <param name="State">Running statistics, in the order in which the layer lists them.</param>
/// <param name="Mode">Training or inference.</param>
/// <param name="Key">Randomness of the application.</param>
public sealed record LayerCase(
    Layer Layer, Tensors<double> Inputs, Tensors<double> Parameters, Tensors<double> State = default, Mode Mode = Mode.Train, Key Key = default)
{
    /// <summary>How to make this very case again, as a line of C#; <c>null</c> where nobody said.</summary>
    public string? Origin { get; init; }

    /// <summary>The shapes of one example's inputs.</summary>
    public Seq<Shape> InputShapes => Prelude.toSeq(Inputs.Select(input => input.Shape.Example)).Strict();

    /// <summary>The number of examples.</summary>
    public int Batch => Inputs[0].Batch;

    /// <summary>The case as C# that makes it again and checks it.</summary>
    public override string ToString() => CaseCode.Of(this);
}
