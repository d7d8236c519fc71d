using System.Numerics;

namespace Functional.Core.Kernels;

/// <summary>Loops that apply an <see cref="IElementwise"/> to every element; being generic in a struct, the function is inlined.</summary>
internal static class ElementwiseMap
{
    /// <summary>y = f(x), shared by the workers where it is long. <paramref name="y"/> is still to be written.</summary>
    public static void Forward<TFunction, T>(TFunction function, Tensor<T> x, Tensor<T> y)
        where TFunction : struct, IElementwise where T : struct, IFloatingPointIeee754<T>
    {
        if (Chunks.Split(x.Size)) Chunks.For(x.Size, new ForwardStretch<TFunction, T>(function, typeof(T) == typeof(float) ? function as IVectorElementwise : null, x, y));
        else Forward(function, x.Span, y.Writable);
    }

    /// <summary>δx = δy ⊙ f′(x), shared by the workers where it is long. <paramref name="dx"/> is still to be written.</summary>
    public static void Backward<TFunction, T>(TFunction function, Tensor<T> x, Tensor<T> y, Tensor<T> dy, Tensor<T> dx)
        where TFunction : struct, IElementwise where T : struct, IFloatingPointIeee754<T>
    {
        if (Chunks.Split(x.Size)) Chunks.For(x.Size, new BackwardStretch<TFunction, T>(function, function as IVectorElementwise, x, y, dy, dx));
        else Backward(function, x.Span, y.Span, dy.Span, dx.Writable);
    }

    // The function as an object is made once, not by each chunk. A function that forks finds the helpers taken, and does its chunk alone.
    private readonly record struct ForwardStretch<TFunction, T>(TFunction Function, IVectorElementwise? Vectors, Tensor<T> X, Tensor<T> Y) : IStretchWork
        where TFunction : struct, IElementwise where T : struct, IFloatingPointIeee754<T>
    {
        public void Run(int start, int count)
        {
            ReadOnlySpan<T> from = X.Span.Slice(start, count);
            var to = Y.Writable.Slice(start, count);
            if (Vectors is not null) Vectors.Values(from, to);
            else Forward(Function, from, to);
        }
    }

    private readonly record struct BackwardStretch<TFunction, T>(
        TFunction Function, IVectorElementwise? Vectors, Tensor<T> X, Tensor<T> Y, Tensor<T> Dy, Tensor<T> Dx) : IStretchWork
        where TFunction : struct, IElementwise where T : struct, IFloatingPointIeee754<T>
    {
        public void Run(int start, int count) => Backward(
            Function, Vectors, X.Span.Slice(start, count), Y.Span.Slice(start, count), Dy.Span.Slice(start, count), Dx.Writable.Slice(start, count));
    }

    /// <summary>y = f(x).</summary>
    public static void Forward<TFunction, T>(TFunction function, ReadOnlySpan<T> x, Span<T> y)
        where TFunction : struct, IElementwise where T : struct, IFloatingPointIeee754<T>
    {
        y = y[..x.Length];
        if (typeof(T) == typeof(float) && function is IVectorElementwise vectors)
        {
            vectors.Values(x, y);
            return;
        }
        for (int i = 0; i < x.Length; i++) y[i] = function.Value(x[i]);
    }

    /// <summary>δx = δy ⊙ f′(x).</summary>
    public static void Backward<TFunction, T>(TFunction function, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
        where TFunction : struct, IElementwise where T : struct, IFloatingPointIeee754<T> =>
        Backward(function, function as IVectorElementwise, x, y, dy, dx);

    private static void Backward<TFunction, T>(
        TFunction function, IVectorElementwise? vectors, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
        where TFunction : struct, IElementwise where T : struct, IFloatingPointIeee754<T>
    {
        y = y[..x.Length];
        dy = dy[..x.Length];
        dx = dx[..x.Length];
        if (Vector<T>.IsSupported && vectors is not null) vectors.Gradients(x, y, dy, dx);
        else
            for (int i = 0; i < x.Length; i++) dx[i] = dy[i] * function.Derivative(x[i], y[i]);
    }

    /// <summary>The same for a derivative that follows from x alone, or from y alone, which then stands for both: what is not read is no load on the memory.</summary>
    public static void Gradients<TFunction, T>(TFunction function, ReadOnlySpan<T> either, ReadOnlySpan<T> dy, Span<T> dx)
        where TFunction : struct, IVectorElementwise where T : struct, IFloatingPointIeee754<T> => Gradients(function, either, either, dy, dx);

    /// <summary>The same for a function that is known to have a vector form: no virtual call in the loop.</summary>
    public static void Gradients<TFunction, T>(TFunction function, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
        where TFunction : struct, IVectorElementwise where T : struct, IFloatingPointIeee754<T>
    {
        y = y[..x.Length];
        dy = dy[..x.Length];
        dx = dx[..x.Length];
        int i = 0;
        if (Vector<T>.IsSupported)
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
                SpanLanes.Store(SpanLanes.Load(dy, i) * function.Derivatives(SpanLanes.Load(x, i), SpanLanes.Load(y, i)), dx, i);
        for (; i < x.Length; i++) dx[i] = dy[i] * function.Derivative(x[i], y[i]);
    }
}
