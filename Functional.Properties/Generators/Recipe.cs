using Functional.Core;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Properties;

/// <summary>A value in a recipe: an input or the result of a step, and which of its outputs.</summary>
/// <param name="Index">The number of the value: first the inputs, then the steps.</param>
/// <param name="Output">Which output of a step that has several; taken round, so that every number names one.</param>
public readonly record struct Source(int Index, int Output = 0);

/// <summary>One step of a recipe: a layer applied to earlier values. Values of other shapes are brought to the ones needed.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Needs">The shapes of the inputs that it is applied to.</param>
/// <param name="Kinds">What values each of them may hold.</param>
/// <param name="From">Which values it reads, one for each input.</param>
public sealed record RecipeStep(Layer Layer, Seq<Shape> Needs, Seq<ValueKind> Kinds, Seq<Source> From)
{
    /// <summary>The earlier step whose parameters this one shares; its layer, shapes and kinds are that step's. <c>null</c> for its own.</summary>
    public int? Shares { get; init; }

    /// <summary>Whether the step reads a value where it needs one of a kind.</summary>
    internal bool Reads(int value, ValueKind kind) => From.Zip(Kinds).Exists(pair => pair.Item1.Index == value && pair.Item2 == kind);
}

/// <summary>An output of a recipe with the loss that measures it.</summary>
/// <param name="From">Which value.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Prediction">What values the loss needs of predictions; they are made so by a sigmoid or a softmax.</param>
/// <param name="Targets">What values the loss needs of each of its targets.</param>
public sealed record RecipeOutput(Source From, Loss Loss, ValueKind Prediction, Seq<ValueKind> Targets)
{
    /// <summary>The shape that the loss needs of predictions; <c>null</c> where it takes any.</summary>
    public Shape? Needs { get; init; }
}

/// <summary>
/// A whole network with losses and a batch, described by a few plain values: what random networks are drawn as, shrunk as and printed as.
/// Every recipe builds: steps that are dropped or rewired leave a network behind, never an error.
/// </summary>
/// <param name="Inputs">The shapes of the network's inputs.</param>
/// <param name="Steps">The layers in order.</param>
/// <param name="Outputs">The outputs, one or more.</param>
/// <param name="Batch">The number of examples.</param>
/// <param name="Family">Where the values of the inputs come from.</param>
/// <param name="Seed">What all values are drawn from.</param>
public sealed record Recipe(Seq<Shape> Inputs, Seq<RecipeStep> Steps, Seq<RecipeOutput> Outputs, int Batch, ValueFamily Family, ulong Seed)
{
    /// <summary>Training or inference.</summary>
    public Mode Mode { get; init; } = Mode.Train;

    /// <summary>The pipeline that builds the network, which ends in the predictions.</summary>
    public Pipeline<Seq<Wire>> Pipeline => RecipeBuild.Pipeline(this);

    /// <summary>The network, without losses.</summary>
    public Network Network => Pipeline.Build().ToFin().ThrowIfFail();

    /// <summary>The network with its losses.</summary>
    public Objective Objective => Objective.Of(Network, [.. Outputs.Map(output => output.Loss)]).ToFin().ThrowIfFail();

    /// <summary>The network with its losses at the point that the recipe says: inputs, targets and parameters.</summary>
    public LayerCase Case()
    {
        var combined = Objective.Combined;
        return CaseMaker.Make(combined, combined.Inputs.Map(input => input.Shape), Batch, new Key(Seed), Family, Kinds, Mode);
    }

    // What a table is read by are whole numbers, whoever else reads them.
    internal Seq<ValueKind> Kinds => (Inputs.Map((i, _) => Steps.Exists(step => step.Reads(i, ValueKind.Index)) ? ValueKind.Index : ValueKind.Real).ToSeq()
        + Outputs.Bind(output => output.Targets)).Strict();

    /// <summary>The recipe as C# that builds its network and case again.</summary>
    public override string ToString() => RecipeCode.Of(this);
}
