using System.Numerics;

namespace Functional.Core;

/// <summary>Tensors of dual numbers: values put together with their tangents, and taken apart again.</summary>
public static class DualTensors
{
    /// <summary>The tensor of v + t ε. Without tangents (<c>default</c>) it stands still: t = 0.</summary>
    /// <exception cref="ArgumentException">The tangents have another shape than the values.</exception>
    public static Tensor<Dual<T>> Moving<T>(this Tensor<T> values, Tensor<T> tangents = default) where T : struct, IFloatingPointIeee754<T>
    {
        if (tangents.IsDefault) return values.Map(Dual<T>.Constant);
        if (tangents.Shape != values.Shape)
            throw new ArgumentException($"Tangents of shape {tangents.Shape} were given; values of shape {values.Shape} need as many.", nameof(tangents));
        var dual = Tensor.Fresh<Dual<T>>(values.Shape);
        for (int i = 0; i < values.Size; i++) dual.Span[i] = new(values.Span[i], tangents.Span[i]);
        return dual.Done();
    }

    /// <summary>Each tensor with its tangents; where no tangents are given at all, every tensor stands still.</summary>
    /// <exception cref="ArgumentException">Their numbers or shapes differ.</exception>
    public static Tensors<Dual<T>> Moving<T>(this Tensors<T> values, Tensors<T> tangents = default) where T : struct, IFloatingPointIeee754<T>
    {
        if (tangents.Count != 0 && tangents.Count != values.Count)
            throw new ArgumentException($"{tangents.Count} tensors of tangents were given; {values.Count} tensors of values need as many.", nameof(tangents));
        return [.. values.Select((tensor, i) => tensor.Moving(tangents.Count == 0 ? default : tangents[i]))];
    }

    /// <summary>v of every element.</summary>
    public static Tensor<T> Values<T>(this Tensor<Dual<T>> tensor) where T : struct, IFloatingPointIeee754<T> => tensor.Map(number => number.Value);

    /// <summary>t of every element.</summary>
    public static Tensor<T> Tangents<T>(this Tensor<Dual<T>> tensor) where T : struct, IFloatingPointIeee754<T> => tensor.Map(number => number.Tangent);

    /// <summary>v of every element of every tensor.</summary>
    public static Tensors<T> Values<T>(this Tensors<Dual<T>> tensors) where T : struct, IFloatingPointIeee754<T> => [.. tensors.Select(Values)];

    /// <summary>t of every element of every tensor.</summary>
    public static Tensors<T> Tangents<T>(this Tensors<Dual<T>> tensors) where T : struct, IFloatingPointIeee754<T> => [.. tensors.Select(Tangents)];
}
