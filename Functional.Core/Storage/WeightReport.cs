using System.Text;
using LanguageExt;

namespace Functional.Core.Storage;

/// <summary>What became of a tensor of a file, or of a parameter of a network.</summary>
public enum WeightOutcome
{
    /// <summary>The parameter has the tensor's numbers.</summary>
    Loaded,

    /// <summary>The parameter has no tensor in the file, and keeps its numbers.</summary>
    Missing,

    /// <summary>The tensor has no parameter in the network, or another tensor came before it.</summary>
    Unexpected,

    /// <summary>Name fits name, but not shape shape; the parameter keeps its numbers.</summary>
    WrongShape,

    /// <summary>Name fits name, but the tensor does not hold numbers of floating point; the parameter keeps its numbers.</summary>
    WrongType,
}

/// <summary>One line of a <see cref="WeightReport"/>.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Parameter">The network's name; <c>null</c> for an unexpected tensor.</param>
/// <param name="Tensor">The file's name; <c>null</c> for a missing one.</param>
/// <param name="Why">Shapes and reasons in words.</param>
public sealed record WeightEntry(WeightOutcome Outcome, string? Parameter, string? Tensor, string Why)
{
    /// <summary>The line as text.</summary>
    public override string ToString() => (Parameter, Tensor) switch
    {
        (not null, not null) when Parameter != Tensor => $"{Outcome}: {Parameter} from {StoredText.Quote(Tensor)}, {Why}",
        (not null, _) => $"{Outcome}: {Parameter}, {Why}",
        _ => $"{Outcome}: {StoredText.Quote(Tensor!)}, {Why}",
    };
}

/// <summary>What matched, what did not and why, when weights were loaded by name: first the network's parameters in order, then what else the file holds.</summary>
/// <param name="Entries">A line for every parameter and every tensor.</param>
public sealed record WeightReport(Seq<WeightEntry> Entries)
{
    /// <summary>The parameters that have the file's numbers.</summary>
    public Seq<WeightEntry> Loaded => Entries.Filter(entry => entry.Outcome == WeightOutcome.Loaded);

    /// <summary>What did not match.</summary>
    public Seq<WeightEntry> Others => Entries.Filter(entry => entry.Outcome != WeightOutcome.Loaded);

    /// <summary>Whether every parameter has the file's numbers; tensors may be left over.</summary>
    public bool IsComplete => Entries.ForAll(entry => entry.Outcome is WeightOutcome.Loaded or WeightOutcome.Unexpected);

    /// <summary>A line for each entry.</summary>
    public override string ToString() =>
        Entries.Fold(new StringBuilder($"{Loaded.Count} loaded, {Others.Count} not"), (text, entry) => text.Append('\n').Append(entry)).ToString();
}
