using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Functional.Core.Kernels;

/// <summary>
/// One operand of a product, cut across the summation into panels as wide as the kernel's tile: rows of A or columns of B.
/// Element (i, p) of the operand, p being the summation, stands at i·across + p·step. A panel is the matrix itself where that is
/// fast enough, or a packed copy in the order in which the kernel reads it; the last panel, if it is not full, is always a copy
/// filled up with zeros.
/// </summary>
internal readonly unsafe struct MatrixProductPanels<T> where T : unmanaged
{
    private const int Ahead = 12;    // steps: a short piece of each row is read, which no hardware foresees

    private readonly T* _source;
    private readonly T* _packed;
    private readonly nint _across;
    private readonly nint _step;
    private readonly nint _k;
    private readonly int _size;
    private readonly int _width;
    private readonly int _tailWidth;
    private readonly bool _copied;

    /// <param name="source">Element (0, 0).</param>
    /// <param name="across">Distance from one row (of A) or column (of B) to the next.</param>
    /// <param name="step">Distance from one p to the next.</param>
    /// <param name="size">Rows of A or columns of B.</param>
    /// <param name="k">Length of the summation.</param>
    /// <param name="width">Width of a full panel.</param>
    /// <param name="unit">The last panel's width is a multiple of it.</param>
    /// <param name="copy">Whether full panels are copied too.</param>
    /// <param name="packed">Room for <see cref="Room"/> elements.</param>
    public MatrixProductPanels(T* source, nint across, nint step, int size, int k, int width, int unit, bool copy, T* packed)
    {
        _source = source;
        _packed = packed;
        (_across, _step, _size, _k, _width, _copied) = (across, step, size, k, width, copy);
        _tailWidth = (size % width + unit - 1) / unit * unit;
    }

    /// <summary>How many panels there are.</summary>
    public int Count => (_size + _width - 1) / _width;

    /// <summary>The first panel that must be packed; those before are read from the matrix.</summary>
    public int FirstPacked => _copied ? 0 : _size / _width;

    /// <summary>How many elements the copies take, rounded up so that the next operand starts at a cache line.</summary>
    public static nint Room(int size, int k, int width, bool copy) => ((copy ? size + width : width) * (nint)k + 15) / 16 * 16;

    /// <summary>Where a panel starts, its strides, its width, and how many of its rows or columns are real.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T* Panel(int index, out nint across, out nint step, out int width, out int real)
    {
        bool full = (index + 1) * _width <= _size;
        width = full ? _width : _tailWidth;
        real = full ? _width : _size - index * _width;
        if (full && !_copied)
        {
            (across, step) = (_across, _step);
            return _source + index * _width * _across;
        }

        (across, step) = (1, width);
        return Copy(index);
    }

    /// <summary>Copies a panel into its place.</summary>
    public void Pack(int index)
    {
        T* from = _source + index * _width * _across;
        T* to = Copy(index);
        int real = Math.Min(_width, _size - index * _width), width = real == _width ? _width : _tailWidth;
        if (_across == 1) CopyRows(from, _step, to, width, real, _k);
        else CopyColumns(from, _across, to, width, real, _k);
    }

    private T* Copy(int index) => _packed + (_copied ? index * _width * _k : 0);

    /// <summary>The panel's rows are contiguous in the matrix.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows(T* from, nint step, T* to, int width, int real, nint k)
    {
        for (nint p = 0; p < k; p++, from += step, to += width)
        {
            int j = 0;
            if (Sse.IsSupported)
            {
                for (int at = 0; at < real; at += 64 / sizeof(T)) Sse.Prefetch0(from + Ahead * step + at);
                Sse.Prefetch0(from + Ahead * step + real - 1);
            }
            for (; j <= real - Vector256<T>.Count; j += Vector256<T>.Count) Vector256.Store(Vector256.Load(from + j), to + j);
            for (; j <= real - Vector128<T>.Count; j += Vector128<T>.Count) Vector128.Store(Vector128.Load(from + j), to + j);
            for (; j < real; j++) to[j] = from[j];
            for (; j < width; j++) to[j] = default;
        }
    }

    /// <summary>
    /// The panel's columns are contiguous: transposes, a cache line of each column at a time, in 16-byte squares.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyColumns(T* from, nint across, T* to, int width, int real, nint k)
    {
        int side = Vector128<T>.Count;
        nint line = 64 / sizeof(T);
        for (nint first = 0; first < k; first += line)
        {
            nint end = Math.Min(first + line, k);
            int j = 0;
            if (Sse2.IsSupported || AdvSimd.Arm64.IsSupported)
            {
                for (; j <= real - side; j += side)
                {
                    T* column = from + j * across;
                    nint p = first;
                    for (; p <= end - side; p += side) Transpose(column + p, across, to + p * width + j, width);
                    for (; p < end; p++)
                        for (int i = 0; i < side; i++) to[p * width + j + i] = column[i * across + p];
                }
            }

            for (; j < width; j++)
                for (nint p = first; p < end; p++) to[p * width + j] = j < real ? from[j * across + p] : default;
        }
    }

    /// <summary>Transposes a square of 4 × 4 floats or 2 × 2 doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(T* from, nint across, T* to, nint stride)
    {
        Vector128<double> r0 = Vector128.Load(from).AsDouble(), r1 = Vector128.Load(from + across).AsDouble();
        if (sizeof(T) == 8)
        {
            Vector128.Store(Low(r0, r1).As<double, T>(), to);
            Vector128.Store(High(r0, r1).As<double, T>(), to + stride);
            return;
        }

        Vector128<double> r2 = Vector128.Load(from + 2 * across).AsDouble(), r3 = Vector128.Load(from + 3 * across).AsDouble();
        Vector128<double> low01 = LowSingles(r0, r1), high01 = HighSingles(r0, r1);
        Vector128<double> low23 = LowSingles(r2, r3), high23 = HighSingles(r2, r3);
        Vector128.Store(Low(low01, low23).As<double, T>(), to);
        Vector128.Store(High(low01, low23).As<double, T>(), to + stride);
        Vector128.Store(Low(high01, high23).As<double, T>(), to + 2 * stride);
        Vector128.Store(High(high01, high23).As<double, T>(), to + 3 * stride);
    }

    private static Vector128<double> Low(Vector128<double> a, Vector128<double> b) =>
        Sse2.IsSupported ? Sse2.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    private static Vector128<double> High(Vector128<double> a, Vector128<double> b) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);

    private static Vector128<double> LowSingles(Vector128<double> a, Vector128<double> b) => Sse.IsSupported
        ? Sse.UnpackLow(a.AsSingle(), b.AsSingle()).AsDouble()
        : AdvSimd.Arm64.ZipLow(a.AsSingle(), b.AsSingle()).AsDouble();

    private static Vector128<double> HighSingles(Vector128<double> a, Vector128<double> b) => Sse.IsSupported
        ? Sse.UnpackHigh(a.AsSingle(), b.AsSingle()).AsDouble()
        : AdvSimd.Arm64.ZipHigh(a.AsSingle(), b.AsSingle()).AsDouble();
}
