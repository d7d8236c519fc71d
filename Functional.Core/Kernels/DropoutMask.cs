using System.Numerics;

namespace Functional.Core.Kernels;

/// <summary>The factors of dropout: element i is decided by word i mod 4 of block i / 4 of the key.</summary>
internal static class DropoutMask
{
    private const double Words = 1L << 32;

    /// <summary>mask = 0 with probability <paramref name="rate"/>, else 1 / (1 − rate).</summary>
    public static void Fill<T>(Key key, double rate, Tensor<T> mask) where T : struct, IFloatingPointIeee754<T>
    {
        ulong dropped = (ulong)Math.Round(rate * Words);
        T kept = T.CreateChecked(1 / (1 - rate));
        if (Chunks.Split(mask.Size)) Chunks.For(mask.Size, new FillStretch<T>(key, dropped, kept, mask));
        else Fill(key, dropped, kept, mask.Writable, 0);
    }

    private readonly record struct FillStretch<T>(Key Key, ulong Dropped, T Kept, Tensor<T> Mask) : IStretchWork where T : struct, IFloatingPointIeee754<T>
    {
        public void Run(int start, int count) => Fill(Key, Dropped, Kept, Mask.Writable.Slice(start, count), start);
    }

    // Chunks begin at a multiple of four.
    private static void Fill<T>(Key key, ulong dropped, T kept, Span<T> mask, int start) where T : struct, IFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= mask.Length - 4; i += 4)
        {
            var (a, b, c, d) = key.Block((ulong)(start + i) / 4);
            mask[i] = a < dropped ? T.Zero : kept;
            mask[i + 1] = b < dropped ? T.Zero : kept;
            mask[i + 2] = c < dropped ? T.Zero : kept;
            mask[i + 3] = d < dropped ? T.Zero : kept;
        }
        if (i == mask.Length) return;
        var (first, second, third, _) = key.Block((ulong)(start + i) / 4);
        ReadOnlySpan<uint> rest = [first, second, third];
        for (int j = 0; i < mask.Length; i++, j++) mask[i] = rest[j] < dropped ? T.Zero : kept;
    }
}
