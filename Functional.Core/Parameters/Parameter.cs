namespace Functional.Core;

/// <summary>A parameter that a layer needs: its name within the layer, its shape (no batch) and how it starts.</summary>
/// <param name="Name">Such as <c>weight</c> or <c>bias</c>.</param>
/// <param name="Shape">A weight matrix is <c>[out, in]</c>, as in PyTorch.</param>
/// <param name="Initializer">How it starts.</param>
public sealed record Parameter(string Name, Shape Shape, Initializer Initializer);
