using System.Numerics;
using Functional.Core;
using Functional.Core.Kernels;

namespace Functional.Properties.Tests.Checks;

/// <summary>The same bits for any number of threads. It changes how many there are, so what asks for it is in the collection <c>Workers</c>.</summary>
internal static class ThreadLaw
{
    /// <summary>At which numbers of threads a function gives other bits than on one; none where the law holds.</summary>
    public static int[] Differing<T>(Func<Tensors<T>[]> function) where T : struct, IFloatingPointIeee754<T>
    {
        int before = Workers.Count;
        try
        {
            Workers.Count = 1;
            var alone = function();
            return [.. new[] { 2, 3, 8 }.Where(count =>
            {
                Workers.Count = count;
                var shared = function();
                return shared.Length != alone.Length || !shared.Zip(alone).All(pair => Same(pair.Item1, pair.Item2));
            })];
        }
        finally
        {
            Workers.Count = before;
        }
    }

    /// <summary>The same of a layer's outputs, new state and gradients.</summary>
    public static int[] Differing<T>(LayerCase at) where T : struct, IFloatingPointIeee754<T>
    {
        var (layer, x, w, state) = (at.Layer.At<T>(), Probe.Lift<T>(at.Inputs), Probe.Lift<T>(at.Parameters), Probe.Lift<T>(at.State));
        Tensors<T> dy = default;
        return Differing<T>(() =>
        {
            var forward = layer.Forward(new(x, w, state, at.Mode, at.Key));
            if (dy.Count == 0) dy = [.. forward.Outputs.Select((output, i) => Probe.Draw(at.Key.Split((ulong)i), output.Shape).To<double, T>())];
            var back = layer.Backward(new(dy, forward.Saved, w, at.Mode, at.Key));
            return [forward.Outputs, forward.State, back.Inputs, back.Parameters];
        });
    }

    private static bool Same<T>(Tensors<T> a, Tensors<T> b) where T : struct, IFloatingPointIeee754<T> => a.Count == b.Count && a.Zip(b).All(pair => Same(pair.Item1, pair.Item2));

    // Equal numbers may differ in the sign of 0; NaN is NaN, whatever its bits.
    private static bool Same<T>(Tensor<T> a, Tensor<T> b) where T : struct, IFloatingPointIeee754<T>
    {
        if (a != b) return false;
        for (int i = 0; i < a.Size; i++)
            if (T.IsNegative(a.Span[i]) != T.IsNegative(b.Span[i]) && !T.IsNaN(a.Span[i])) return false;
        return true;
    }
}
