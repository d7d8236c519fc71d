using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Functional.Core.Kernels;

/// <summary>
/// One operand of a product, cut across the summation into panels as wide as the kernel's tile: rows of A or columns of B.
/// Element (i, p) of the operand, p being the summation, stands at i·across + p·step. A panel is the matrix itself where that is
/// fast enough, or a packed copy in the order in which the kernel reads it; the last panel, if its size is none the kernel has a tile for,
/// is always a copy filled up with zeros.
/// </summary>
internal readonly unsafe struct MatrixProductPanels<T> where T : unmanaged
{
    private const int Steps = 16;    // copied of one panel before the next: the pieces of neighbouring panels make long stretches, which hardware foresees

    private readonly T* _source;
    private readonly T* _packed;
    private readonly nint _across;
    private readonly nint _step;
    private readonly nint _k;
    private readonly int _size;
    private readonly int _width;
    private readonly int _tailWidth;
    private readonly int _read;
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
        _read = copy ? 0 : size % width == _tailWidth ? Count : size / width;
    }

    private MatrixProductPanels(in MatrixProductPanels<T> of, T* packed)
    {
        this = of;
        _packed = packed;
    }

    /// <summary>The same panels, with their copies in another place.</summary>
    public MatrixProductPanels<T> In(T* packed) => new(this, packed);

    /// <summary>How many panels there are.</summary>
    public int Count => (_size + _width - 1) / _width;

    /// <summary>The first panel that must be packed; those before are read from the matrix.</summary>
    public int FirstPacked => _read;

    /// <summary>How many elements the copies take, rounded up so that the next operand starts at a cache line.</summary>
    public static nint Room(int size, int k, int width, bool copy) => ((copy ? size + width : width) * (nint)k + 15) / 16 * 16;

    /// <summary>Where a panel starts, its strides, its width, and how many of its rows or columns are real.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T* Panel(int index, out nint across, out nint step, out int width, out int real)
    {
        bool full = (index + 1) * _width <= _size;
        width = full ? _width : _tailWidth;
        real = full ? _width : _size - index * _width;
        if (index < _read)
        {
            (across, step) = (_across, _step);
            return _source + index * _width * _across;
        }

        (across, step) = (1, width);
        return Copy(index);
    }

    /// <summary>Copies panels <paramref name="first"/> to <paramref name="end"/> - 1 into their places.</summary>
    public void Pack(int first, int end)
    {
        int full = Math.Min(end, _size / _width);
        if (first < full) Copy(first, full - first, _width, _width);
        if (end > _size / _width && first < end) Copy(Count - 1, 1, _tailWidth, _size % _width);
    }

    private void Copy(int first, int panels, int width, int real)
    {
        T* from = _source + first * _width * _across;
        if (_across == 1) CopyRows(from, _step, Copy(first), panels, width, real, _k);
        else for (int i = 0; i < panels; i++) CopyColumns(from + i * width * _across, _across, Copy(first + i), width, real, _k);
    }

    private T* Copy(int index) => _packed + (_copied ? index * _width * _k : 0);

    /// <summary>The panels' rows are contiguous in the matrix.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows(T* from, nint step, T* to, int panels, int width, int real, nint k)
    {
        for (nint first = 0; first < k; first += Steps)
        {
            for (int panel = 0; panel < panels; panel++)
            {
                T* source = from + first * step + panel * width, target = to + (panel * k + first) * width;
                for (nint left = Math.Min(Steps, k - first); left > 0; left--, source += step, target += width)
                {
                    int j = 0;
                    for (; j <= real - Vector256<T>.Count; j += Vector256<T>.Count) Vector256.Store(Vector256.Load(source + j), target + j);
                    for (; j <= real - Vector128<T>.Count; j += Vector128<T>.Count) Vector128.Store(Vector128.Load(source + j), target + j);
                    for (; j < real; j++) target[j] = source[j];
                    for (; j < width; j++) target[j] = default;
                }
            }
        }
    }

    /// <summary>
    /// The panel's columns are contiguous: transposes, a cache line of each column at a time, in blocks of sixteen, eight or four columns of floats.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyColumns(T* from, nint across, T* to, int width, int real, nint k)
    {
        int side = Vector128<T>.Count;
        nint line = 64 / sizeof(T);
        for (nint first = 0; first < k; first += line)
        {
            nint end = Math.Min(first + line, k), squares = first + (end - first) / side * side;
            int j = 0;
            if (Avx512F.IsSupported && sizeof(T) == 4)
                for (; j <= real - 16; j += 16)
                    for (nint p = first; p < squares; p += side) Transpose16((float*)from + j * across + p, across, (float*)to + p * width + j, width);
            if (Avx.IsSupported && sizeof(T) == 4)
                for (; j <= real - 8; j += 8)
                    for (nint p = first; p < squares; p += side) Transpose8((float*)from + j * across + p, across, (float*)to + p * width + j, width);
            if (Sse2.IsSupported || AdvSimd.Arm64.IsSupported)
                for (; j <= real - side; j += side)
                    for (nint p = first; p < squares; p += side) Transpose(from + j * across + p, across, to + p * width + j, width);

            for (int i = 0; i < j; i++)
                for (nint p = squares; p < end; p++) to[p * width + i] = from[i * across + p];
            for (; j < width; j++)
                for (nint p = first; p < end; p++) to[p * width + j] = j < real ? from[j * across + p] : default;
        }
    }

    /// <summary>Four floats of sixteen columns: columns 0, 4, 8 and 12 side by side, 1, 5, 9 and 13 and so on, then squares of 4 × 4 within each 128 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose16(float* from, nint across, float* to, nint stride)
    {
        Vector512<float> r0 = Four(from, 4 * across), r1 = Four(from + across, 4 * across);
        Vector512<float> r2 = Four(from + 2 * across, 4 * across), r3 = Four(from + 3 * across, 4 * across);
        Vector512<double> low01 = Avx512F.UnpackLow(r0, r1).AsDouble(), high01 = Avx512F.UnpackHigh(r0, r1).AsDouble();
        Vector512<double> low23 = Avx512F.UnpackLow(r2, r3).AsDouble(), high23 = Avx512F.UnpackHigh(r2, r3).AsDouble();
        Vector512.Store(Avx512F.UnpackLow(low01, low23).AsSingle(), to);
        Vector512.Store(Avx512F.UnpackHigh(low01, low23).AsSingle(), to + stride);
        Vector512.Store(Avx512F.UnpackLow(high01, high23).AsSingle(), to + 2 * stride);
        Vector512.Store(Avx512F.UnpackHigh(high01, high23).AsSingle(), to + 3 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Four(float* from, nint apart) => Vector512.Create(Two(from, apart), Two(from + 2 * apart, apart));

    /// <summary>Four floats of eight columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose8(float* from, nint across, float* to, nint stride)
    {
        Vector256<float> r0 = Two(from, 4 * across), r1 = Two(from + across, 4 * across);
        Vector256<float> r2 = Two(from + 2 * across, 4 * across), r3 = Two(from + 3 * across, 4 * across);
        Vector256<double> low01 = Avx.UnpackLow(r0, r1).AsDouble(), high01 = Avx.UnpackHigh(r0, r1).AsDouble();
        Vector256<double> low23 = Avx.UnpackLow(r2, r3).AsDouble(), high23 = Avx.UnpackHigh(r2, r3).AsDouble();
        Vector256.Store(Avx.UnpackLow(low01, low23).AsSingle(), to);
        Vector256.Store(Avx.UnpackHigh(low01, low23).AsSingle(), to + stride);
        Vector256.Store(Avx.UnpackLow(high01, high23).AsSingle(), to + 2 * stride);
        Vector256.Store(Avx.UnpackHigh(high01, high23).AsSingle(), to + 3 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Two(float* from, nint apart) => Vector256.Create(Vector128.Load(from), Vector128.Load(from + apart));

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
