using System.Runtime.CompilerServices;

namespace Functional.Core.Kernels;

/// <summary>
/// δw of a convolution: for every tap the product of shifted planes, channels by places, with δy, places by filters, summed over the
/// batch one example after another. The examples of a chunk are copied first, then the taps are shared out, so that the sums are the
/// same for any number of threads.
/// </summary>
internal unsafe struct ConvolutionWeights<TLanes, TVector, T> : IWork
    where TLanes : struct, ILanes<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    private ConvolutionShape _shape;
    private ConvolutionPlanes _planes;
    private int _examples, _width;
    private nint _planesRoom, _panelsRoom;
    private T* _x, _dy, _room, _sums;
    private int* _table;
    private bool _filling, _accumulate;

    private static int Columns => ProductTile<TLanes, TVector, T, One>.Columns;

    /// <summary>
    /// Examples whose copies are held at a time; one where only one thread works, so that they stay in the cache. Asked once for both what follows: the number of
    /// workers may change meanwhile.
    /// </summary>
    public static int Chunk(int batch) => Math.Min(batch, Workers.Count);

    private ConvolutionWeights(in ConvolutionShape shape)
    {
        this = default;
        _shape = shape;
        ConvolutionAxis y = ConvolutionAxis.Forward(shape.Y).Planned(), x = ConvolutionAxis.Forward(shape.X).Planned();
        _planes = new(y, x, shape.Y.Out);
        _width = (shape.FiltersPerGroup + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        _planesRoom = Rounded(_planes.Room(shape.Channels, 0));
        _panelsRoom = MatrixProductPanels<T>.Room(shape.FiltersPerGroup, shape.OutPlane, Columns, copy: true);
    }

    /// <summary>How many numbers of working memory it takes with that many examples in a chunk.</summary>
    public static int Room(in ConvolutionShape shape, int chunk)
    {
        var work = new ConvolutionWeights<TLanes, TVector, T>(shape);
        return checked((int)(Rounded(work.SumsSize) + Rounded(shape.OutPlane) + work.ExampleRoom * chunk));
    }

    /// <summary>δw[o, c] = Σ δy[o] ⋆ x[c] over the batch.</summary>
    public static void Run(in ConvolutionShape shape, int batch, int chunk, T* x, T* dy, T* dw, T* room)
    {
        var work = new ConvolutionWeights<TLanes, TVector, T>(shape);
        work._sums = room;
        work._table = (int*)(work._sums + Rounded(work.SumsSize));
        work._room = (T*)work._table + Rounded(shape.OutPlane);
        for (int place = 0; place < shape.OutPlane; place++)
            work._table[place] = place / shape.X.Out * work._planes.Pitch + place % shape.X.Out;

        for (int start = 0; start < batch; start += chunk)
        {
            work._examples = Math.Min(chunk, batch - start);
            work._x = x + (nint)start * shape.InSize;
            work._dy = dy + (nint)start * shape.OutSize;
            work._filling = true;
            Workers.For(work._examples * shape.Groups, work);
            work._filling = false;
            work._accumulate = start > 0;
            Workers.For(shape.Groups * shape.Taps, work);
        }

        work.Land(dw);
    }

    /// <summary>Copies the channels of one group of one example, or adds up what one tap of one group gets.</summary>
    public readonly void Run(int part)
    {
        if (_filling) Copy(part / _shape.Groups, part % _shape.Groups);
        else Sum(part / _shape.Taps, part % _shape.Taps);
    }

    private readonly nint ExampleRoom => _planesRoom + _shape.Groups * _panelsRoom;

    private readonly nint SumsSize => (nint)_shape.Groups * _shape.Taps * _shape.ChannelsPerGroup * _width;

    private readonly T* Planes(int example, int group) =>
        _room + example * ExampleRoom + group * _shape.ChannelsPerGroup * _planes.ChannelSize;

    private readonly MatrixProductPanels<T> Panels(int example, int group) => new(
        _dy + (nint)example * _shape.OutSize + (nint)group * _shape.FiltersPerGroup * _shape.OutPlane, _shape.OutPlane, 1,
        _shape.FiltersPerGroup, _shape.OutPlane, Columns, TLanes.Count, copy: true,
        _room + example * ExampleRoom + _planesRoom + group * _panelsRoom);

    private readonly void Copy(int example, int group)
    {
        _planes.Fill(
            _x + (nint)example * _shape.InSize + (nint)group * _shape.ChannelsPerGroup * _shape.InPlane, _shape.ChannelsPerGroup, 0,
            Planes(example, group), 0);
        var panels = Panels(example, group);
        panels.Pack(0, panels.Count);
    }

    private readonly void Sum(int group, int tap)
    {
        _planes.Offset(tap / _shape.X.Kernel, tap % _shape.X.Kernel, out int offset);
        T* sums = _sums + (nint)(group * _shape.Taps + tap) * _shape.ChannelsPerGroup * _width;
        for (int example = 0; example < _examples; example++)
        {
            var panels = Panels(example, group);
            T* planes = Planes(example, group) + offset;
            for (int panel = 0; panel < panels.Count; panel++)
            {
                T* dy = panels.Panel(panel, out _, out nint step, out int width, out _);
                for (int channel = 0; channel < _shape.ChannelsPerGroup;)
                {
                    int height = ProductTile<TLanes, TVector, T, One>.AtMost(_shape.ChannelsPerGroup - channel);
                    ProductTile<TLanes, TVector, T, One>.Run(
                        height, width == Columns, _shape.OutPlane, _table, planes + channel * _planes.ChannelSize, _planes.ChannelSize, 0,
                        dy, step, sums + (nint)channel * _width + panel * Columns, _width, _accumulate || example > 0);
                    channel += height;
                }
            }
        }
    }

    // From [group, tap, channel, filter] to [filter, channel, tap].
    private readonly void Land(T* dw)
    {
        int taps = _shape.Taps, channels = _shape.ChannelsPerGroup, filters = _shape.FiltersPerGroup;
        for (int group = 0; group < _shape.Groups; group++)
            for (int filter = 0; filter < filters; filter++)
                for (int channel = 0; channel < channels; channel++)
                {
                    T* from = _sums + ((nint)group * taps * channels + channel) * _width + filter;
                    for (int tap = 0; tap < taps; tap++) *dw++ = from[(nint)tap * channels * _width];
                }
    }

    private static nint Rounded(nint size) => (size + 15) / 16 * 16;
}
