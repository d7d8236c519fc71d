using System.Numerics;

namespace Functional.Core;

/// <summary>How a parameter starts, drawn from a key; equal keys give equal bits on every machine. Values, compared by their settings.</summary>
/// <remarks>
/// Fans of a weight of shape <c>[out, in, kernel…]</c>: fan_in = in · Πkernel, fan_out = out · Πkernel; of a vector, both are its size.
/// </remarks>
public abstract record Initializer
{
    /// <summary>All 0.</summary>
    public static Initializer Zeros { get; } = new ConstantInitializer(0);

    /// <summary>All 1.</summary>
    public static Initializer Ones { get; } = new ConstantInitializer(1);

    /// <summary>All one value.</summary>
    public static Initializer Constant(double value) => new ConstantInitializer(value);

    /// <summary>U(−a, a), a = √(6 / (fan_in + fan_out)). X. Glorot and Y. Bengio, 2010; also called Xavier.</summary>
    public static Initializer GlorotUniform { get; } = new ScaledInitializer(Fan.Average, 1, IsUniform: true);

    /// <summary>N(0, 2 / (fan_in + fan_out)). X. Glorot and Y. Bengio, 2010; also called Xavier.</summary>
    public static Initializer GlorotNormal { get; } = new ScaledInitializer(Fan.Average, 1, IsUniform: false);

    /// <summary>U(−a, a), a = √(6 / fan_in), for ReLU. K. He et al., 2015; also called Kaiming.</summary>
    public static Initializer HeUniform { get; } = new ScaledInitializer(Fan.In, 2, IsUniform: true);

    /// <summary>N(0, 2 / fan_in), for ReLU. K. He et al., 2015; also called Kaiming.</summary>
    public static Initializer HeNormal { get; } = new ScaledInitializer(Fan.In, 2, IsUniform: false);

    /// <summary>U(−a, a), a = √(3 / fan_in). Y. LeCun et al., Efficient BackProp, 1998.</summary>
    public static Initializer LeCunUniform { get; } = new ScaledInitializer(Fan.In, 1, IsUniform: true);

    /// <summary>N(0, 1 / fan_in). Y. LeCun et al., Efficient BackProp, 1998.</summary>
    public static Initializer LeCunNormal { get; } = new ScaledInitializer(Fan.In, 1, IsUniform: false);

    /// <summary>A random matrix with orthonormal rows or columns, whichever are fewer, times a gain. A. Saxe et al., 2014.</summary>
    public static Initializer Orthogonal(double gain = 1) => new OrthogonalInitializer(gain);

    /// <summary>U(low, high).</summary>
    public static Initializer Uniform(double low, double high) => new UniformInitializer(low, high);

    /// <summary>N(mean, deviation²).</summary>
    public static Initializer Normal(double mean, double deviation) => new NormalInitializer(mean, deviation);

    /// <summary>Writes the starting values of a parameter of the given shape.</summary>
    public abstract void Fill<T>(Key key, Shape shape, Span<T> into) where T : struct, IFloatingPointIeee754<T>;
}

/// <summary>All one value.</summary>
public sealed record ConstantInitializer(double Value) : Initializer
{
    /// <inheritdoc/>
    public override void Fill<T>(Key key, Shape shape, Span<T> into) => into.Fill(T.CreateChecked(Value));
}

/// <summary>U(Low, High).</summary>
public sealed record UniformInitializer(double Low, double High) : Initializer
{
    /// <inheritdoc/>
    public override void Fill<T>(Key key, Shape shape, Span<T> into)
    {
        var draws = new double[into.Length];
        key.Uniform<double>(draws);
        for (int i = 0; i < into.Length; i++) into[i] = T.CreateChecked(Low + (High - Low) * draws[i]);
    }
}

/// <summary>N(Mean, Deviation²).</summary>
public sealed record NormalInitializer(double Mean, double Deviation) : Initializer
{
    /// <inheritdoc/>
    public override void Fill<T>(Key key, Shape shape, Span<T> into)
    {
        var draws = new double[into.Length];
        key.Normal<double>(draws);
        for (int i = 0; i < into.Length; i++) into[i] = T.CreateChecked(Mean + Deviation * draws[i]);
    }
}

/// <summary>Which fan a variance is divided by.</summary>
public enum Fan
{
    /// <summary>fan_in: how many inputs an output sums.</summary>
    In,

    /// <summary>fan_out: how many outputs an input reaches.</summary>
    Out,

    /// <summary>(fan_in + fan_out) / 2.</summary>
    Average,
}

/// <summary>Mean 0 and variance Scale / fan, uniform or normal.</summary>
public sealed record ScaledInitializer(Fan Fan, double Scale, bool IsUniform) : Initializer
{
    /// <inheritdoc/>
    public override void Fill<T>(Key key, Shape shape, Span<T> into)
    {
        var (fanIn, fanOut) = Fans(shape);
        double fan = Fan switch { Fan.In => fanIn, Fan.Out => fanOut, _ => (fanIn + fanOut) / 2 };
        double deviation = Math.Sqrt(Scale / fan);
        Initializer draw = IsUniform
            ? new UniformInitializer(-Math.Sqrt(3) * deviation, Math.Sqrt(3) * deviation)
            : new NormalInitializer(0, deviation);
        draw.Fill(key, shape, into);
    }

    /// <summary>fan_in and fan_out of a parameter's shape.</summary>
    public static (double In, double Out) Fans(Shape shape)
    {
        if (shape.Rank < 2) return (shape.LongSize, shape.LongSize);
        double kernel = 1;
        for (int axis = 2; axis < shape.Rank; axis++) kernel *= shape[axis];
        return (shape[1] * kernel, shape[0] * kernel);
    }
}

/// <summary>Orthonormal rows or columns (of the matrix <c>[out, everything else]</c>), times a gain.</summary>
public sealed record OrthogonalInitializer(double Gain) : Initializer
{
    /// <inheritdoc/>
    public override void Fill<T>(Key key, Shape shape, Span<T> into)
    {
        int rows = shape.Rank == 0 ? 1 : shape[0], columns = into.Length / rows;
        bool wide = columns >= rows;
        int count = wide ? rows : columns, length = wide ? columns : rows;
        var vectors = new double[count * length];
        key.Normal<double>(vectors);
        Orthonormalize(vectors, count, length);
        for (int i = 0; i < count; i++)
            for (int j = 0; j < length; j++)
                into[wide ? i * length + j : j * count + i] = T.CreateChecked(Gain * vectors[i * length + j]);
    }

    // Modified Gram-Schmidt, each vector against those before it, twice: once loses digits where vectors are nearly parallel.
    private static void Orthonormalize(double[] vectors, int count, int length)
    {
        for (int i = 0; i < count; i++)
        {
            var vector = vectors.AsSpan(i * length, length);
            for (int pass = 0; pass < 2; pass++)
                for (int k = 0; k < i; k++)
                {
                    var before = vectors.AsSpan(k * length, length);
                    double dot = Dot(vector, before);
                    for (int j = 0; j < length; j++) vector[j] -= dot * before[j];
                }
            double norm = Math.Sqrt(Dot(vector, vector));
            for (int j = 0; j < length; j++) vector[j] /= norm;
        }
    }

    // Summed in one order, so that the bits are the same on every machine.
    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
