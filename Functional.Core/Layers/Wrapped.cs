using LanguageExt;

namespace Functional.Core;

/// <summary>A layer that runs another in its own way: settings, shapes, parameters and statistics are the inner layer's.</summary>
/// <param name="Inner">The other layer.</param>
public abstract record WrappedLayer(Layer Inner) : Layer
{
    /// <inheritdoc/>
    public override int OutputCount => Inner.OutputCount;

    /// <inheritdoc/>
    public override bool MixesExamples => Inner.MixesExamples;

    /// <inheritdoc/>
    public override Seq<Fault> Faults => Inner.Faults;

    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Inner.Outputs(inputs);

    /// <inheritdoc/>
    public override Seq<Parameter> Parameters(Seq<Shape> inputs) => Inner.Parameters(inputs);

    /// <inheritdoc/>
    public override Seq<Parameter> States(Seq<Shape> inputs) => Inner.States(inputs);
}
