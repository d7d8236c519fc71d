using LanguageExt;

namespace Functional.Core;

/// <summary>An input of a network.</summary>
/// <param name="Name">Its name, such as <c>image</c> or <c>input1</c>.</param>
/// <param name="Shape">The shape of one example.</param>
/// <param name="Slot">The number of its value: inputs and layer outputs are numbered in the order in which they arise.</param>
public sealed record NetworkInput(string Name, Shape Shape, int Slot);

/// <summary>One application of a layer in a network.</summary>
/// <param name="Path">Where it stands, such as <c>residual1/dense2</c>.</param>
/// <param name="Owner">Under which path its parameters lie: its own, or that of the first use of a shared layer.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Inputs">The slots that it reads.</param>
/// <param name="FirstOutput">The slot of its first output; the others follow.</param>
/// <param name="InputShapes">The shapes that it reads.</param>
/// <param name="OutputShapes">The shapes that it makes.</param>
public sealed record Node(string Path, string Owner, Layer Layer, Seq<int> Inputs, int FirstOutput, Seq<Shape> InputShapes, Seq<Shape> OutputShapes);
