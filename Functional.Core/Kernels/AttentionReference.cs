using System.Numerics;

namespace Functional.Core.Kernels;

/// <summary>
/// The definition of attention, for any number type: pᵢⱼ = mⱼ exp(qᵢ·kⱼ / √d) / Σ, yᵢ = Σⱼ pᵢⱼ vⱼ, over the keys j that query i sees.
/// </summary>
internal static class AttentionReference
{
    /// <summary>y, and for every query of every head the logarithm of its sum.</summary>
    public static void Forward<T>(in AttentionShape shape, ReadOnlySpan<T> q, ReadOnlySpan<T> k, ReadOnlySpan<T> v, ReadOnlySpan<T> mask, Span<T> y, Span<T> logs)
        where T : struct, IFloatingPointIeee754<T>
    {
        y.Clear();
        for (int place = 0; place < logs.Length; place++)
        {
            var at = new Place(shape, place);
            T max = T.NegativeInfinity, sum = T.Zero;
            for (int j = 0; j < at.Seen; j++) max = Larger(max, Score(shape, at, j, q, k, mask));
            if (T.IsNegativeInfinity(max)) max = T.Zero;
            for (int j = 0; j < at.Seen; j++) sum += T.Exp(Score(shape, at, j, q, k, mask) - max);
            logs[place] = sum == T.Zero ? T.Zero : max + T.Log(sum);
            for (int j = 0; j < at.Seen; j++)
            {
                T p = T.Exp(Score(shape, at, j, q, k, mask) - logs[place]);
                for (int i = 0; i < shape.ValueWidth; i++) y[at.Output + i] += p * v[at.Value(j) + i];
            }
        }
    }

    /// <summary>δv = Pᵀ δy, δs = P ⊙ (δy vᵀ − ⟨δy, y⟩), δq = δs k / √d, δk = δsᵀ q / √d, δm = Σ δs / m.</summary>
    public static void Backward<T>(
        in AttentionShape shape, ReadOnlySpan<T> q, ReadOnlySpan<T> k, ReadOnlySpan<T> v, ReadOnlySpan<T> mask, ReadOnlySpan<T> y, ReadOnlySpan<T> logs,
        ReadOnlySpan<T> dy, Span<T> dq, Span<T> dk, Span<T> dv, Span<T> dmask) where T : struct, IFloatingPointIeee754<T>
    {
        dq.Clear();
        dk.Clear();
        dv.Clear();
        dmask.Clear();
        T scale = Scale<T>(shape);
        for (int place = 0; place < logs.Length; place++)
        {
            var at = new Place(shape, place);
            T inner = T.Zero;
            for (int i = 0; i < shape.ValueWidth; i++) inner += dy[at.Output + i] * y[at.Output + i];
            for (int j = 0; j < at.Seen; j++)
            {
                T p = T.Exp(Score(shape, at, j, q, k, mask) - logs[place]), ds = -inner;
                for (int i = 0; i < shape.ValueWidth; i++)
                {
                    ds += dy[at.Output + i] * v[at.Value(j) + i];
                    dv[at.Value(j) + i] += p * dy[at.Output + i];
                }
                ds *= p;
                if (!mask.IsEmpty && mask[at.Mask(j)] != T.Zero) dmask[at.Mask(j)] += ds / mask[at.Mask(j)];
                for (int i = 0; i < shape.KeyWidth; i++)
                {
                    dq[at.Query + i] += scale * ds * k[at.Key(j) + i];
                    dk[at.Key(j) + i] += scale * ds * q[at.Query + i];
                }
            }
        }
    }

    /// <summary>1 / √d.</summary>
    public static T Scale<T>(in AttentionShape shape) where T : struct, IFloatingPointIeee754<T> => T.One / T.Sqrt(T.CreateChecked(shape.KeyWidth));

    private static T Score<T>(in AttentionShape shape, Place at, int j, ReadOnlySpan<T> q, ReadOnlySpan<T> k, ReadOnlySpan<T> mask)
        where T : struct, IFloatingPointIeee754<T>
    {
        T dot = T.Zero;
        for (int i = 0; i < shape.KeyWidth; i++) dot += q[at.Query + i] * k[at.Key(j) + i];
        dot *= Scale<T>(shape);
        if (mask.IsEmpty) return dot;
        return mask[at.Mask(j)] == T.Zero ? T.NegativeInfinity : dot + T.Log(mask[at.Mask(j)]);
    }

    // A NaN is passed on, so that it is noticed.
    private static T Larger<T>(T a, T b) where T : struct, IFloatingPointIeee754<T> => a >= b || T.IsNaN(a) ? a : b;

    /// <summary>A query of a head of an example, and where its numbers and those of the keys lie.</summary>
    private readonly struct Place(AttentionShape shape, int place)
    {
        private readonly int _row = place / shape.Queries / shape.Heads * shape.Queries + place % shape.Queries;
        private readonly int _head = place / shape.Queries % shape.Heads;
        private readonly int _firstKey = place / shape.Queries / shape.Heads * shape.Keys;

        public int Seen { get; } = shape.Seen(place % shape.Queries);

        public int Query => _row * shape.KeyRow + _head * shape.KeyWidth;

        public int Output => _row * shape.ValueRow + _head * shape.ValueWidth;

        public int Mask(int j) => _firstKey + j;

        public int Key(int j) => (_firstKey + j) * shape.KeyRow + _head * shape.KeyWidth;

        public int Value(int j) => (_firstKey + j) * shape.ValueRow + _head * shape.ValueWidth;
    }
}
