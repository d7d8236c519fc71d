using System.Numerics;

namespace Functional.Core;

/// <summary>
/// Memory for a tensor that nobody can see yet: a kernel writes every element of <see cref="Span"/> once, then
/// <see cref="Done"/> makes it an immutable <see cref="Tensor{T}"/>. Being a <c>ref struct</c> it cannot be kept for later.
/// </summary>
public readonly ref struct Fresh<T> where T : struct, IFloatingPointIeee754<T>
{
    private readonly Tensor<T> _tensor;

    internal Fresh(Tensor<T> tensor) => _tensor = tensor;

    /// <summary>The memory to write, row-major. What it holds before is unspecified.</summary>
    public Span<T> Span => _tensor.Writable;

    /// <summary>The shape that the tensor will have, with the batch in front.</summary>
    public Shape Shape => _tensor.Shape;

    /// <summary>The finished tensor. The span must not be written any more.</summary>
    public Tensor<T> Done() => _tensor;
}
