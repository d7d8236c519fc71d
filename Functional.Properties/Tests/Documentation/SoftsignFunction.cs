using System.Numerics;
using Functional.Core;

namespace Functional.Properties.Tests.Documentation;

/// <summary>y = x / (1 + |x|). Derivative: y′ = 1 / (1 + |x|)².</summary>
public readonly record struct SoftsignFunction : IElementwise
{
    /// <inheritdoc/>
    public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => x / (T.One + T.Abs(x));

    /// <inheritdoc/>
    public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => T.One / ((T.One + T.Abs(x)) * (T.One + T.Abs(x)));
}
