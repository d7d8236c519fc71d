using System.Numerics;
using LanguageExt;

namespace Functional.Core;

/// <summary>
/// A price on the size of parameters, added to the error: λ₁ Σ |w| + ½ λ₂ Σ w² over the elements that it is for.
/// Derivative: λ₁ sign(w) + λ₂ w, with sign(0) = 0, a subgradient. It is added once, whatever the batch and its reduction.
/// </summary>
/// <param name="L1">λ₁, which draws parameters to exactly 0. Keras' <c>L1(λ₁)</c>.</param>
/// <param name="L2">λ₂, which draws them towards 0. PyTorch's <c>weight_decay=λ₂</c> of SGD, Keras' <c>L2(λ₂/2)</c>.</param>
/// <param name="On">
/// For which parameters: those whose name is this or ends in it after a dot or slash. <c>weight</c> is every layer's weight but no bias;
/// <c>dense1.weight</c> is one; the empty string is all.
/// </param>
/// <remarks>A. Hoerl and R. Kennard, Ridge Regression, 1970; R. Tibshirani, Regression Shrinkage and Selection via the Lasso, 1996.</remarks>
public sealed record Penalty(double L1 = 0, double L2 = 0, string On = "weight")
{
    /// <summary>Whether it is for a parameter of this name.</summary>
    public bool Covers(string name) => On.Length == 0 || name == On
        || (name.EndsWith(On, StringComparison.Ordinal) && name[^(On.Length + 1)] is '.' or '/');

    /// <summary>λ₁ Σ |w| + ½ λ₂ Σ w².</summary>
    public T Value<T>(Parameters<T> parameters) where T : struct, IFloatingPointIeee754<T>
    {
        T absolute = T.Zero, squares = T.Zero;
        foreach (var entry in parameters.Layout.Entries)
        {
            if (!Covers(entry.Name)) continue;
            foreach (T w in parameters.Values.Span.Slice(entry.Offset, entry.Shape.Size))
            {
                absolute += T.Abs(w);
                squares += w * w;
            }
        }
        return T.CreateChecked(L1) * absolute + T.CreateChecked(L2 / 2) * squares;
    }

    /// <summary>gradient += λ₁ sign(w) + λ₂ w.</summary>
    internal void Accumulate<T>(Parameters<T> parameters, Gradients<T> gradients) where T : struct, IFloatingPointIeee754<T>
    {
        T l1 = T.CreateChecked(L1), l2 = T.CreateChecked(L2);
        foreach (var entry in parameters.Layout.Entries)
        {
            if (!Covers(entry.Name)) continue;
            var from = parameters.Values.Span.Slice(entry.Offset, entry.Shape.Size);
            var to = gradients.Values.Writable.Slice(entry.Offset, entry.Shape.Size);
            for (int i = 0; i < from.Length; i++)
                to[i] += l2 * from[i] + (from[i] > T.Zero ? l1 : from[i] < T.Zero ? -l1 : T.Zero);
        }
    }
}

/// <summary>Several penalties at once.</summary>
internal static class PenaltySums
{
    /// <summary>Their sum; 0 for none.</summary>
    public static T Value<T>(this Seq<Penalty> penalties, Parameters<T> parameters) where T : struct, IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int i = 0; i < penalties.Count; i++) sum += penalties[i].Value(parameters);
        return sum;
    }

    /// <summary>Adds their gradients.</summary>
    public static void Accumulate<T>(this Seq<Penalty> penalties, Parameters<T> parameters, Gradients<T> gradients) where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < penalties.Count; i++) penalties[i].Accumulate(parameters, gradients);
    }
}
