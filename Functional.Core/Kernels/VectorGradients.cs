using System.Runtime.CompilerServices;

namespace Functional.Core.Kernels;

/// <summary>δx from x, y = f(x) and δy, written once for vectors of any width.</summary>
internal interface IVectorGradient
{
    static abstract TFloats Apply<TFloats>(TFloats x, TFloats y, TFloats dy) where TFloats : struct, IFloats<TFloats>;
}

/// <summary>δx = δy (Φ(x) + x φ(x)) with Φ(x) = y / x, which keeps the small values below zero exact, and φ(x) = e^(-x²/2) / √(2π).</summary>
internal readonly struct GeluGradient : IVectorGradient
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Apply<TFloats>(TFloats x, TFloats y, TFloats dy) where TFloats : struct, IFloats<TFloats>
    {
        TFloats zero = TFloats.Of(0), near = TFloats.AtMost(TFloats.AtLeast(x, -15), 15);
        TFloats share = TFloats.Select((x < zero) | (x > zero), y / x, TFloats.Of(0.5f));
        TFloats power = ExpFunction.Falling(TFloats.AtLeast(near * near * TFloats.Of(-0.5f), -104));
        return dy * TFloats.MultiplyAdd(near * TFloats.Of(0.39894228f), power, share);
    }
}

/// <summary>
/// Gradients of elementwise functions that take more than a few operations, over spans. An element's result does not depend on where
/// it stands. The spans are as long as each other; δx may be the span of δy.
/// </summary>
internal static unsafe class VectorGradients
{
    /// <summary>δx[i] from x[i], y[i] and δy[i].</summary>
    public static void Map<TGradient>(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
        where TGradient : struct, IVectorGradient => Map<TGradient>(x, y, dy, dx, MatrixProduct.PreferredBits);

    /// <summary>The same in vectors of 128, 256 or 512 bits.</summary>
    public static void Map<TGradient>(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, int bits)
        where TGradient : struct, IVectorGradient
    {
        if (y.Length != x.Length || dy.Length != x.Length || dx.Length != x.Length)
            throw new ArgumentException($"gradient of an elementwise function: {x.Length}, {y.Length}, {dy.Length} and {dx.Length} numbers; as many needed");
        fixed (float* px = x, py = y, pdy = dy, pdx = dx)
        {
            if (bits == 512) Loop<TGradient, Floats512>(px, py, pdy, pdx, x.Length);
            else if (bits == 256) Loop<TGradient, Floats256>(px, py, pdy, pdx, x.Length);
            else Loop<TGradient, Floats128>(px, py, pdy, pdx, x.Length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Loop<TGradient, TFloats>(float* x, float* y, float* dy, float* dx, nint count)
        where TGradient : struct, IVectorGradient
        where TFloats : struct, IFloats<TFloats>
    {
        nint i = 0;
        for (; i <= count - TFloats.Count; i += TFloats.Count)
            TGradient.Apply(TFloats.Load(x + i), TFloats.Load(y + i), TFloats.Load(dy + i)).Store(dx + i);
        if (i == count) return;

        // The rest in vectors filled up with zeros, through the same instructions.
        float* last = stackalloc float[48];
        new Span<float>(last, 48).Clear();
        for (nint j = i; j < count; j++) (last[j - i], last[16 + j - i], last[32 + j - i]) = (x[j], y[j], dy[j]);
        TGradient.Apply(TFloats.Load(last), TFloats.Load(last + 16), TFloats.Load(last + 32)).Store(last);
        for (nint j = i; j < count; j++) dx[j] = last[j - i];
    }
}
