using LanguageExt.Common;

namespace Functional.Core;

/// <summary>What is wrong in a network, and where: the path of the layer, what it got, what it needed and the likely fix.</summary>
public sealed record Fault : Expected
{
    /// <summary>Describes a mistake.</summary>
    /// <param name="got">What was given.</param>
    /// <param name="needed">What was needed.</param>
    /// <param name="fix">The likely fix, where there is one.</param>
    /// <param name="path">The layer's path, such as <c>residual1/dense2</c>; the pipeline fills it in.</param>
    public Fault(string got, string needed, string? fix = null, string path = "") : base(Text(path, got, needed, fix), 0) =>
        (Path, Got, Needed, Fix) = (path, got, needed, fix);

    /// <summary>The path of the layer in its network.</summary>
    public string Path { get; }

    /// <summary>What was given.</summary>
    public string Got { get; }

    /// <summary>What was needed.</summary>
    public string Needed { get; }

    /// <summary>The likely fix, where there is one.</summary>
    public string? Fix { get; }

    /// <summary>The same mistake at a path.</summary>
    public Fault At(string path) => new(Got, Needed, Fix, path);

    /// <summary>The mistake on one line.</summary>
    public override string ToString() => Message;

    /// <summary>An error as a fault: itself, or its message where it is of another kind.</summary>
    internal static Fault From(Error error) => error as Fault ?? new Fault(error.Message, "a layer that accepts its inputs");

    private static string Text(string path, string got, string needed, string? fix) =>
        $"{(path.Length == 0 ? "" : path + ": ")}got {got}, needed {needed}{(fix is null ? "" : $" ({fix})")}.";
}
