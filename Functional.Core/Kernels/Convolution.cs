using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Functional.Core.Kernels;

/// <summary>
/// The convolution (in the field's sense: the kernel is not turned) and its gradients. <c>float</c> and <c>double</c> run on vectors;
/// other number types run the definition, <see cref="ConvolutionReference"/>. Results never depend on the number of threads.
/// </summary>
internal static unsafe class Convolution
{
    /// <summary>y[o] = b[o] + Σ w[o, c] ⋆ x[c] for every example; no bias where the span is empty.</summary>
    public static void Forward<T>(in ConvolutionShape shape, ReadOnlySpan<T> x, ReadOnlySpan<T> w, ReadOnlySpan<T> bias, Span<T> y)
        where T : struct, IFloatingPointIeee754<T> => Forward(shape, x, w, bias, y, MatrixProduct.PreferredBits);

    /// <summary>δx[c] = Σ w[o, c] ∗ δy[o] for every example: also the forward pass of a transposed convolution, which has a bias.</summary>
    public static void BackwardInput<T>(in ConvolutionShape shape, ReadOnlySpan<T> dy, ReadOnlySpan<T> w, ReadOnlySpan<T> bias, Span<T> dx)
        where T : struct, IFloatingPointIeee754<T> => BackwardInput(shape, dy, w, bias, dx, MatrixProduct.PreferredBits);

    /// <summary>δw[o, c] = Σ δy[o] ⋆ x[c] over the batch.</summary>
    public static void BackwardWeight<T>(in ConvolutionShape shape, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dw)
        where T : struct, IFloatingPointIeee754<T> => BackwardWeight(shape, x, dy, dw, MatrixProduct.PreferredBits);

    /// <summary>The same at a vector width of 128, 256 or 512 bits.</summary>
    public static void Forward<T>(
        in ConvolutionShape shape, ReadOnlySpan<T> x, ReadOnlySpan<T> w, ReadOnlySpan<T> bias, Span<T> y, int bits)
        where T : struct, IFloatingPointIeee754<T>
    {
        int batch = Check(shape, "x", x.Length, "y", y.Length, w.Length);
        CheckBias(bias.Length, shape.Filters);
        if (typeof(T) == typeof(float)) Run<T, float, ForwardPass<float>>(shape, batch, x, w, bias, y, bits);
        else if (typeof(T) == typeof(double)) Run<T, double, ForwardPass<double>>(shape, batch, x, w, bias, y, bits);
        else ConvolutionReference.Forward(shape, x, w, bias, y);
    }

    /// <inheritdoc cref="Forward{T}(in ConvolutionShape, ReadOnlySpan{T}, ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T}, int)"/>
    public static void BackwardInput<T>(
        in ConvolutionShape shape, ReadOnlySpan<T> dy, ReadOnlySpan<T> w, ReadOnlySpan<T> bias, Span<T> dx, int bits)
        where T : struct, IFloatingPointIeee754<T>
    {
        int batch = Check(shape, "δx", dx.Length, "δy", dy.Length, w.Length);
        CheckBias(bias.Length, shape.Channels);
        if (typeof(T) == typeof(float)) Run<T, float, BackwardInputPass<float>>(shape, batch, dy, w, bias, dx, bits);
        else if (typeof(T) == typeof(double)) Run<T, double, BackwardInputPass<double>>(shape, batch, dy, w, bias, dx, bits);
        else ConvolutionReference.BackwardInput(shape, dy, w, bias, dx);
    }

    /// <inheritdoc cref="Forward{T}(in ConvolutionShape, ReadOnlySpan{T}, ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T}, int)"/>
    public static void BackwardWeight<T>(in ConvolutionShape shape, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dw, int bits)
        where T : struct, IFloatingPointIeee754<T>
    {
        int batch = Check(shape, "x", x.Length, "δy", dy.Length, dw.Length);
        if (typeof(T) == typeof(float)) Run<T, float, BackwardWeightPass<float>>(shape, batch, x, dy, default, dw, bits);
        else if (typeof(T) == typeof(double)) Run<T, double, BackwardWeightPass<double>>(shape, batch, x, dy, default, dw, bits);
        else ConvolutionReference.BackwardWeight(shape, x, dy, dw);
    }

    /// <summary>δb[o] = Σ δy[o] over places and batch; <paramref name="plane"/> places a channel.</summary>
    public static void BackwardBias<T>(ReadOnlySpan<T> dy, int plane, Span<T> db) where T : struct, IFloatingPointIeee754<T>
    {
        if (plane < 1 || db.IsEmpty || dy.Length % ((long)plane * db.Length) != 0)
            throw new ArgumentException($"convolution: δy has {dy.Length} numbers, a multiple of {db.Length} × {plane} needed");
        db.Clear();
        for (int start = 0, channel = 0; start < dy.Length; start += plane, channel = channel + 1 == db.Length ? 0 : channel + 1)
            db[channel] += TensorPrimitives.Sum(dy.Slice(start, plane));
    }

    /// <summary>The number of examples, if the operands have lengths that fit each other.</summary>
    private static int Check(in ConvolutionShape shape, string input, int inputs, string output, int outputs, int weights)
    {
        if (inputs == 0 || inputs % shape.InSize != 0)
            throw new ArgumentException($"convolution: {input} has {inputs} numbers, {shape.InSize} for each of at least one example needed");
        int batch = inputs / shape.InSize;
        if (outputs != (long)batch * shape.OutSize) throw new ArgumentException($"convolution: {output} has {outputs} numbers, {batch} × {shape.OutSize} needed");
        if (weights != shape.WeightSize) throw new ArgumentException($"convolution: the kernel has {weights} numbers, {shape.WeightSize} needed");
        return batch;
    }

    private static void CheckBias(int numbers, int channels)
    {
        if (numbers != 0 && numbers != channels) throw new ArgumentException($"convolution: a bias of {numbers} numbers, {channels} needed");
    }

    /// <summary>What is done with three operands and a result once they are pinned and the vector width is known.</summary>
    private interface IPass<T> where T : unmanaged
    {
        static abstract void Run<TLanes, TVector>(in ConvolutionShape shape, int batch, T* first, T* second, T* bias, T* result)
            where TLanes : struct, ILanes<TVector, T> where TVector : struct;
    }

    private static void Run<T, TReal, TPass>(
        in ConvolutionShape shape, int batch, ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> bias, Span<T> result, int bits)
        where T : struct where TReal : unmanaged where TPass : struct, IPass<TReal>
    {
        fixed (TReal* a = MemoryMarshal.Cast<T, TReal>(first), b = MemoryMarshal.Cast<T, TReal>(second),
            c = MemoryMarshal.Cast<T, TReal>(bias), to = MemoryMarshal.Cast<T, TReal>(result))
        {
            if (bits == 512) TPass.Run<Lanes512<TReal>, Vector512<TReal>>(shape, batch, a, b, c, to);
            else if (bits == 256) TPass.Run<Lanes256<TReal>, Vector256<TReal>>(shape, batch, a, b, c, to);
            else TPass.Run<Lanes128<TReal>, Vector128<TReal>>(shape, batch, a, b, c, to);
        }
    }

    private readonly struct ForwardPass<T> : IPass<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static void Run<TLanes, TVector>(in ConvolutionShape shape, int batch, T* x, T* w, T* bias, T* y)
            where TLanes : struct, ILanes<TVector, T> where TVector : struct
        {
            int inner = shape.ChannelsPerGroup, outer = shape.FiltersPerGroup, taps = shape.Taps;
            fixed (T* room = Tensor.Room<T>(ConvolutionPass<TLanes, TVector, T>.Room(shape.Groups, inner, outer, taps)))
            {
                ConvolutionPass<TLanes, TVector, T>.Run(
                    ConvolutionAxis.Forward(shape.Y), ConvolutionAxis.Forward(shape.X), shape, batch, inner, outer,
                    x, w, inner * taps, taps, bias, y, room);
            }
        }
    }

    private readonly struct BackwardInputPass<T> : IPass<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static void Run<TLanes, TVector>(in ConvolutionShape shape, int batch, T* dy, T* w, T* bias, T* dx)
            where TLanes : struct, ILanes<TVector, T> where TVector : struct
        {
            int inner = shape.FiltersPerGroup, outer = shape.ChannelsPerGroup, taps = shape.Taps;
            fixed (T* room = Tensor.Room<T>(ConvolutionPass<TLanes, TVector, T>.Room(shape.Groups, inner, outer, taps)))
            {
                for (int down = 0; down < shape.Y.Stride; down++)
                    for (int across = 0; across < shape.X.Stride; across++)
                        ConvolutionPass<TLanes, TVector, T>.Run(
                            ConvolutionAxis.Backward(shape.Y, down), ConvolutionAxis.Backward(shape.X, across), shape, batch, inner, outer,
                            dy, w, taps, outer * taps, bias, dx, room);
            }
        }
    }

    private readonly struct BackwardWeightPass<T> : IPass<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static void Run<TLanes, TVector>(in ConvolutionShape shape, int batch, T* x, T* dy, T* none, T* dw)
            where TLanes : struct, ILanes<TVector, T> where TVector : struct
        {
            if (ConvolutionDots<TLanes, TVector, T>.Fits(shape))
            {
                ConvolutionDots<TLanes, TVector, T>.Run(shape, batch, x, dy, dw);
                return;
            }
            int chunk = ConvolutionWeights<TLanes, TVector, T>.Chunk(batch);
            fixed (T* room = Tensor.Room<T>(ConvolutionWeights<TLanes, TVector, T>.Room(shape, chunk)))
                ConvolutionWeights<TLanes, TVector, T>.Run(shape, batch, chunk, x, dy, dw, room);
        }
    }
}
