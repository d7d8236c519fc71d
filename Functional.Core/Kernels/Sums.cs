using System.Numerics;

namespace Functional.Core.Kernels;

/// <summary>
/// Sums over a span and what normalisations make of them, in vectors where the number type has them. The order of the additions depends on the length and the
/// machine's vector width alone. The scalar loops are the definitions and what runs for other number types.
/// </summary>
internal static class Sums
{
    /// <summary>Σ xᵢ.</summary>
    public static T Sum<T>(ReadOnlySpan<T> x) where T : struct, IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            Vector<T> a = Vector<T>.Zero, b = Vector<T>.Zero;
            for (; i <= x.Length - 2 * Vector<T>.Count; i += 2 * Vector<T>.Count)
            {
                a += new Vector<T>(x[i..]);
                b += new Vector<T>(x[(i + Vector<T>.Count)..]);
            }
            sum = Vector.Sum(a + b);
        }
        for (; i < x.Length; i++) sum += x[i];
        return sum;
    }

    /// <summary>Σ (xᵢ − m)².</summary>
    public static T SquaredDistance<T>(ReadOnlySpan<T> x, T mean) where T : struct, IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            Vector<T> a = Vector<T>.Zero, b = Vector<T>.Zero, m = Vector.Create(mean);
            for (; i <= x.Length - 2 * Vector<T>.Count; i += 2 * Vector<T>.Count)
            {
                Vector<T> d = new Vector<T>(x[i..]) - m, e = new Vector<T>(x[(i + Vector<T>.Count)..]) - m;
                a += d * d;
                b += e * e;
            }
            sum = Vector.Sum(a + b);
        }
        for (; i < x.Length; i++) sum += (x[i] - mean) * (x[i] - mean);
        return sum;
    }

    /// <summary>Σ xᵢ yᵢ.</summary>
    public static T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y) where T : struct, IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            Vector<T> a = Vector<T>.Zero, b = Vector<T>.Zero;
            for (; i <= x.Length - 2 * Vector<T>.Count; i += 2 * Vector<T>.Count)
            {
                a += new Vector<T>(x[i..]) * new Vector<T>(y[i..]);
                b += new Vector<T>(x[(i + Vector<T>.Count)..]) * new Vector<T>(y[(i + Vector<T>.Count)..]);
            }
            sum = Vector.Sum(a + b);
        }
        for (; i < x.Length; i++) sum += x[i] * y[i];
        return sum;
    }

    /// <summary>to = (x − m) r.</summary>
    public static void Standardise<T>(ReadOnlySpan<T> x, T mean, T scale, Span<T> to) where T : struct, IFloatingPointIeee754<T>
    {
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            Vector<T> m = Vector.Create(mean), r = Vector.Create(scale);
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count) ((new Vector<T>(x[i..]) - m) * r).CopyTo(to[i..]);
        }
        for (; i < x.Length; i++) to[i] = (x[i] - mean) * scale;
    }

    /// <summary>to = r (u − m − x̂ s), the way back through a normalisation; <paramref name="to"/> may be the memory of u.</summary>
    public static void Unstandardise<T>(ReadOnlySpan<T> up, ReadOnlySpan<T> normal, T mean, T slope, T scale, Span<T> to) where T : struct, IFloatingPointIeee754<T>
    {
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            Vector<T> m = Vector.Create(mean), s = Vector.Create(slope), r = Vector.Create(scale);
            for (; i <= up.Length - Vector<T>.Count; i += Vector<T>.Count)
                (r * (new Vector<T>(up[i..]) - m - new Vector<T>(normal[i..]) * s)).CopyTo(to[i..]);
        }
        for (; i < up.Length; i++) to[i] = scale * (up[i] - mean - normal[i] * slope);
    }

    /// <summary>to = x g + b with one g and one b for all.</summary>
    public static void Affine<T>(ReadOnlySpan<T> x, T gain, T bias, Span<T> to) where T : struct, IFloatingPointIeee754<T>
    {
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            Vector<T> g = Vector.Create(gain), b = Vector.Create(bias);
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count) (new Vector<T>(x[i..]) * g + b).CopyTo(to[i..]);
        }
        for (; i < x.Length; i++) to[i] = x[i] * gain + bias;
    }

    /// <summary>to += x ⊙ y.</summary>
    public static void AddProduct<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> to) where T : struct, IFloatingPointIeee754<T>
    {
        int i = 0;
        if (Vector<T>.IsSupported)
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
                (new Vector<T>(to[i..]) + new Vector<T>(x[i..]) * new Vector<T>(y[i..])).CopyTo(to[i..]);
        for (; i < x.Length; i++) to[i] += x[i] * y[i];
    }

    /// <summary>to += (x − m)², with a mean for every element.</summary>
    public static void AddSquaredDistance<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> mean, Span<T> to) where T : struct, IFloatingPointIeee754<T>
    {
        int i = 0;
        if (Vector<T>.IsSupported)
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                var d = new Vector<T>(x[i..]) - new Vector<T>(mean[i..]);
                (new Vector<T>(to[i..]) + d * d).CopyTo(to[i..]);
            }
        for (; i < x.Length; i++) to[i] += (x[i] - mean[i]) * (x[i] - mean[i]);
    }

    /// <summary>to += u ⊙ (x − m), with a mean for every element.</summary>
    public static void AddCentredProduct<T>(ReadOnlySpan<T> up, ReadOnlySpan<T> x, ReadOnlySpan<T> mean, Span<T> to) where T : struct, IFloatingPointIeee754<T>
    {
        int i = 0;
        if (Vector<T>.IsSupported)
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
                (new Vector<T>(to[i..]) + new Vector<T>(up[i..]) * (new Vector<T>(x[i..]) - new Vector<T>(mean[i..]))).CopyTo(to[i..]);
        for (; i < x.Length; i++) to[i] += up[i] * (x[i] - mean[i]);
    }

    /// <summary>Σ uᵢ (xᵢ − m).</summary>
    public static T CentredDot<T>(ReadOnlySpan<T> up, ReadOnlySpan<T> x, T mean) where T : struct, IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            Vector<T> a = Vector<T>.Zero, b = Vector<T>.Zero, m = Vector.Create(mean);
            for (; i <= x.Length - 2 * Vector<T>.Count; i += 2 * Vector<T>.Count)
            {
                a += new Vector<T>(up[i..]) * (new Vector<T>(x[i..]) - m);
                b += new Vector<T>(up[(i + Vector<T>.Count)..]) * (new Vector<T>(x[(i + Vector<T>.Count)..]) - m);
            }
            sum = Vector.Sum(a + b);
        }
        for (; i < x.Length; i++) sum += up[i] * (x[i] - mean);
        return sum;
    }

    /// <summary>to = (x − m) r g + b.</summary>
    public static void StandardiseAffine<T>(ReadOnlySpan<T> x, T mean, T scale, T gain, T bias, Span<T> to) where T : struct, IFloatingPointIeee754<T>
    {
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            Vector<T> m = Vector.Create(mean), r = Vector.Create(scale), g = Vector.Create(gain), b = Vector.Create(bias);
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count) ((new Vector<T>(x[i..]) - m) * r * g + b).CopyTo(to[i..]);
        }
        for (; i < x.Length; i++) to[i] = (x[i] - mean) * scale * gain + bias;
    }

    /// <summary>to = a (u − c − (x − m) k): what is left of u without its mean c and its part k along x.</summary>
    public static void Decorrelate<T>(ReadOnlySpan<T> up, ReadOnlySpan<T> x, T meanUp, T mean, T slope, T scale, Span<T> to) where T : struct, IFloatingPointIeee754<T>
    {
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            Vector<T> c = Vector.Create(meanUp), m = Vector.Create(mean), k = Vector.Create(slope), a = Vector.Create(scale);
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
                (a * (new Vector<T>(up[i..]) - c - (new Vector<T>(x[i..]) - m) * k)).CopyTo(to[i..]);
        }
        for (; i < x.Length; i++) to[i] = scale * (up[i] - meanUp - (x[i] - mean) * slope);
    }
}
