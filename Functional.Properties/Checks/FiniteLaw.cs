using System.Numerics;
using Functional.Core;

namespace Functional.Properties;

/// <summary>
/// Finite numbers give finite numbers: no output, new state or gradient is NaN or infinite where all that is given is finite, at <c>double</c> and, up to
/// numbers of 10⁴, at <c>float</c>. A softmax of 1000 that does not take off the largest first breaks it, and so does a mean of nothing; the laws that compare would pass
/// them over, as a number that is not one can be compared with none.
/// </summary>
/// <remarks>A function that is itself beyond the number type, as the exponential from 710 on, is verified at values short of that
/// (<see cref="VerifyOptions.Families"/>, <see cref="VerifyOptions.Kinds"/>).</remarks>
public static class FiniteLaw
{
    // Squares of squares of such numbers are within the range of float.
    private const double LargestSingle = 1e4;

    /// <summary>The law.</summary>
    public static Law Finite { get; } = new("finiteness", "finite inputs, parameters and δy give finite outputs and gradients", Check);

    private static Finding Check(LayerCase at)
    {
        var given = at.Inputs.Concat(at.Parameters).Concat(at.State).ToArray();
        if (given.Any(tensor => !tensor.ToArray().All(double.IsFinite))) return Finding.Exempt;
        var broken = Broken<double>(at, "");
        return Finding.Of((given.All(tensor => Compare.Largest(tensor) <= LargestSingle) ? broken.Concat(Broken<float>(at, "at float, ")) : broken).Take(1));
    }

    private static IEnumerable<Violation> Broken<T>(LayerCase at, string type) where T : struct, IFloatingPointIeee754<T>
    {
        var layer = at.Layer.At<T>();
        var parameters = Probe.Lift<T>(at.Parameters);
        var forward = layer.Forward(new(Probe.Lift<T>(at.Inputs), parameters, Probe.Lift<T>(at.State), at.Mode, at.Key));
        foreach (var violation in NotFinite($"{type}output", forward.Outputs).Concat(NotFinite($"{type}new state", forward.State))) yield return violation;
        Tensors<T> u = [.. forward.Outputs.Select((output, i) => Probe.Draw(at.Key.For("u").Split((ulong)i), output.Shape).To<double, T>())];
        var back = layer.Backward(new(u, forward.Saved, parameters, at.Mode, at.Key));
        foreach (var violation in NotFinite($"{type}gradient of input", back.Inputs).Concat(NotFinite($"{type}gradient of parameter", back.Parameters))) yield return violation;
    }

    private static IEnumerable<Violation> NotFinite<T>(string name, Tensors<T> tensors) where T : struct, IFloatingPointIeee754<T> =>
        tensors.SelectMany((tensor, t) => Enumerable.Range(0, tensor.Size).Where(i => !T.IsFinite(tensor.Span[i])).Select(i => new Violation(
            Finite.Name, Finite.Statement, $"{(tensors.Count == 1 ? name : $"{name} {t + 1}")}, {Probe.Index(tensor.Shape, i)}",
            0, double.CreateChecked(tensor.Span[i]), double.MaxValue,
            double.CreateChecked(tensor.Span[i]) is double.NaN
                ? "0 / 0, ∞ − ∞ or the root of a negative number: take the largest off before exponentials, and add an epsilon to what is divided by"
                : "an overflow or a division by 0: take the largest off before exponentials; where the function itself is that large, verify it at smaller values (VerifyOptions.Families or Kinds)")));
}
