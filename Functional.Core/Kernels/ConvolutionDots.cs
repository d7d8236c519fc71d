using System.Runtime.CompilerServices;

namespace Functional.Core.Kernels;

/// <summary>
/// δw of a convolution whose groups have one or two filters, as a depthwise one has: along the filters vectors would stand nearly
/// empty, so they run along the places of the image, and every weight is a dot product of δy with a shifted plane. Groups are
/// shared out; each sums its examples in order.
/// </summary>
internal unsafe struct ConvolutionDots<TLanes, TVector, T> : IWork
    where TLanes : struct, ILanes<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    private const int MostFilters = 2;
    private const int Together = 4;

    private ConvolutionShape _shape;
    private ConvolutionPlanes _planes;
    private int _batch;
    private T* _x, _dy, _dw;

    /// <summary>Whether it is the better way.</summary>
    public static bool Fits(in ConvolutionShape shape) => shape.Groups > 1 && shape.FiltersPerGroup <= MostFilters;

    /// <summary>δw[o, c] = Σ δy[o] ⋆ x[c] over the batch.</summary>
    public static void Run(in ConvolutionShape shape, int batch, T* x, T* dy, T* dw)
    {
        ConvolutionAxis down = ConvolutionAxis.Forward(shape.Y).Planned(), across = ConvolutionAxis.Forward(shape.X).Planned();
        Workers.For(shape.Groups, new ConvolutionDots<TLanes, TVector, T>
        {
            _shape = shape,
            _planes = new(down, across, shape.Y.Out),
            _batch = batch,
            _x = x,
            _dy = dy,
            _dw = dw,
        });
    }

    /// <summary>All weights of one group.</summary>
    public readonly void Run(int part)
    {
        int channels = _shape.ChannelsPerGroup, filters = _shape.FiltersPerGroup, taps = _shape.Taps;
        int places = ((_shape.Y.Out - 1) * _planes.Pitch + _shape.X.Out + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        nint room = (_planes.Room(channels, TLanes.Count) + 15) / 16 * 16;
        T* planes = (T*)Scratch.Bytes((room + places) * sizeof(T)), dy = planes + room, dw = _dw + (nint)part * filters * channels * taps;
        new Span<T>(dw, filters * channels * taps).Clear();
        // Zeros between the rows, so that the places there, which mean nothing in the planes, take no part.
        new Span<T>(dy, places).Clear();
        for (int example = 0; example < _batch; example++)
        {
            _planes.Fill(_x + (nint)example * _shape.InSize + (nint)part * channels * _shape.InPlane, channels, 0, planes, TLanes.Count);
            for (int filter = 0; filter < filters; filter++)
            {
                T* from = _dy + (nint)example * _shape.OutSize + (nint)(part * filters + filter) * _shape.OutPlane;
                for (int row = 0; row < _shape.Y.Out; row++)
                    new ReadOnlySpan<T>(from + row * _shape.X.Out, _shape.X.Out).CopyTo(new Span<T>(dy + row * _planes.Pitch, _shape.X.Out));
                for (int channel = 0; channel < channels; channel++)
                    for (int tap = 0; tap < taps; tap += Together)
                        Add(tap, Math.Min(Together, taps - tap), planes + channel * _planes.ChannelSize, dy, places, dw + (nint)(filter * channels + channel) * taps);
            }
        }
    }

    /// <summary>Up to four weights' dot products; those past the real ones compute the last real one again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Add(int tap, int count, T* plane, T* dy, int places, T* dw)
    {
        T* x0 = plane + Offset(tap), x1 = plane + Offset(tap + Math.Min(1, count - 1));
        T* x2 = plane + Offset(tap + Math.Min(2, count - 1)), x3 = plane + Offset(tap + Math.Min(3, count - 1));
        TVector s0 = default, s1 = default, s2 = default, s3 = default;
        for (nint place = 0; place < places; place += TLanes.Count)
        {
            TVector d = TLanes.Load(dy + place);
            s0 = TLanes.MultiplyAdd(d, TLanes.Load(x0 + place), s0);
            s1 = TLanes.MultiplyAdd(d, TLanes.Load(x1 + place), s1);
            s2 = TLanes.MultiplyAdd(d, TLanes.Load(x2 + place), s2);
            s3 = TLanes.MultiplyAdd(d, TLanes.Load(x3 + place), s3);
        }
        Put(TLanes.Sum(s0), dw + tap);
        if (count > 1) Put(TLanes.Sum(s1), dw + tap + 1);
        if (count > 2) Put(TLanes.Sum(s2), dw + tap + 2);
        if (count > 3) Put(TLanes.Sum(s3), dw + tap + 3);
    }

    private readonly int Offset(int tap)
    {
        _planes.Offset(tap / _shape.X.Kernel, tap % _shape.X.Kernel, out int offset);
        return offset;
    }

    private static void Put(T sum, T* to)
    {
        if (typeof(T) == typeof(float)) *(float*)to += *(float*)&sum;
        else *(double*)to += *(double*)&sum;
    }
}
