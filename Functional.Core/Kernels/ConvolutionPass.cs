using System.Runtime.CompilerServices;

namespace Functional.Core.Kernels;

/// <summary>
/// A pass over a batch: every channel made is the sum over channels read and taps of a weight times a shifted plane. It is a matrix
/// product, weights by shifted rows, whose second operand is never written out: the rows are read where they overlap in the planes.
/// Every result is one chain of multiply-adds in the order of the weights, however the work is cut.
/// </summary>
/// <remarks>The same in spirit as the direct convolutions of E. Georganas et al., 2018, for images with channels first.</remarks>
internal unsafe struct ConvolutionPass<TLanes, TVector, T> : IWork
    where TLanes : struct, ILanes<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    private const int BandBytes = 1 << 19;      // planes of a part, with weights and results, in the second-level cache
    private const int PartsPerWorker = 3;       // where a batch has fewer examples than that, images are cut into bands of rows

    private ConvolutionAxis _y, _x;
    private ConvolutionPlanes _planes;
    private int _groups, _inner, _outer, _k, _bandRows, _bands;
    private T* _source, _weights, _bias, _target;
    private int* _table;
    private nint _groupWeights;

    private static int Beyond => ProductTile<TLanes, TVector, T, Two>.Columns;

    /// <summary>How many numbers of working memory a pass needs for packed weights and (as 4-byte integers) the table of taps.</summary>
    public static int Room(int groups, int inner, int outer, int taps) =>
        checked(groups * ((outer + TLanes.Rows - 1) / TLanes.Rows * TLanes.Rows) * inner * taps + inner * taps);

    /// <summary>Runs the pass.</summary>
    /// <param name="y">The vertical axis.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="batch">Examples.</param>
    /// <param name="inner">Channels read in a group.</param>
    /// <param name="outer">Channels made in a group.</param>
    /// <param name="source">What is read, <c>[batch, groups · inner, …]</c>.</param>
    /// <param name="w">Weights: of made channel m, read channel c and tap t at m·rowStep + c·channelStep + t.</param>
    /// <param name="rowStep">Distance of made channels in w.</param>
    /// <param name="channelStep">Distance of read channels in w.</param>
    /// <param name="bias">A number for each made channel, or null.</param>
    /// <param name="target">What is written, <c>[batch, groups · outer, …]</c>.</param>
    /// <param name="room">Working memory of <see cref="Room"/> numbers.</param>
    public static void Run(
        ConvolutionAxis y, ConvolutionAxis x, in ConvolutionShape shape, int batch, int inner, int outer,
        T* source, T* w, nint rowStep, nint channelStep, T* bias, T* target, T* room)
    {
        (y, x) = (y.Planned(), x.Planned());
        if (y.Count == 0 || x.Count == 0) return;
        int groups = shape.Groups;
        long rowBytes = (long)inner * y.Planes * x.Planes * x.Needed * sizeof(T);
        int rows = (int)Math.Clamp(BandBytes / Math.Max(1, rowBytes) - y.Reach, Math.Min(4, y.Count), y.Count);
        int bands = (y.Count + rows - 1) / rows, workers = Workers.Count;
        if (workers > 1) bands = Math.Min(y.Count, Math.Max(bands, PartsPerWorker * workers / (batch * groups)));
        rows = (y.Count + bands - 1) / bands;
        var pass = new ConvolutionPass<TLanes, TVector, T>
        {
            _y = y,
            _x = x,
            _planes = new(y, x, rows),
            _groups = groups,
            _inner = inner,
            _outer = outer,
            _bandRows = rows,
            _bands = (y.Count + rows - 1) / rows,
            _source = source,
            _weights = room + inner * shape.Taps,
            _bias = bias,
            _target = target,
            _table = (int*)room,
        };
        pass.Pack(shape, w, rowStep, channelStep);
        Workers.For(batch * groups * pass._bands, pass);
    }

    /// <summary>The table of taps, and the weights of each panel of rows in the order in which the kernel reads them.</summary>
    private void Pack(in ConvolutionShape shape, T* w, nint rowStep, nint channelStep)
    {
        Span<int> used = stackalloc int[64];
        int taps = shape.Taps, count = 0;
        if (taps > used.Length) used = new int[taps];
        for (int tap = 0; tap < taps; tap++)
            if (_planes.Offset(tap / shape.X.Kernel, tap % shape.X.Kernel, out _)) used[count++] = tap;
        used = used[..count];

        _k = 0;
        for (int channel = 0; channel < _inner; channel++)
            foreach (int tap in used)
            {
                _planes.Offset(tap / shape.X.Kernel, tap % shape.X.Kernel, out int offset);
                _table[_k++] = checked((int)(channel * _planes.ChannelSize) + offset);
            }

        T* to = _weights;
        for (int group = 0; group < _groups; group++)
        {
            T* start = w + (nint)group * _inner * _outer * taps;
            for (int row = 0; row < _outer; row += TLanes.Rows)
            {
                int real = Math.Min(_outer - row, TLanes.Rows), height = ProductTile<TLanes, TVector, T, Two>.AtLeast(real);
                for (int channel = 0; channel < _inner; channel++)
                    foreach (int tap in used)
                    {
                        T* from = start + row * rowStep + channel * channelStep + tap;
                        for (int i = 0; i < real; i++) to[i] = from[i * rowStep];
                        for (int i = real; i < height; i++) to[i] = default;
                        to += height;
                    }
            }
        }
        _groupWeights = (nint)(to - _weights) / _groups;
    }

    /// <summary>One band of rows of one group of one example.</summary>
    public readonly void Run(int part)
    {
        int band = part % _bands, group = part / _bands % _groups, example = part / _bands / _groups;
        int first = band * _bandRows, rows = Math.Min(_bandRows, _y.Count - first), columns = ProductTile<TLanes, TVector, T, Two>.Columns;
        int places = (rows - 1) * _planes.Pitch + _x.Count, stride = (places + columns - 1) / columns * columns;
        nint room = (_planes.Room(_inner, Beyond) + 15) / 16 * 16;
        T* planes = (T*)Scratch.Bytes((room + (nint)stride * TLanes.Rows) * sizeof(T));
        T* sums = planes + room;
        int channel = example * _groups + group;
        _planes.Fill(_source + (nint)channel * _inner * _y.Source * _x.Source, _inner, first, planes, Beyond);

        T* weights = _weights + group * _groupWeights;
        for (int row = 0; row < _outer; row += TLanes.Rows)
        {
            int real = Math.Min(_outer - row, TLanes.Rows), height = ProductTile<TLanes, TVector, T, Two>.AtLeast(real);
            for (int place = 0; place < places; place += columns)
                ProductTile<TLanes, TVector, T, Two>.Run(
                    height, places - place > TLanes.Count, _k, _table, weights, 1, height, planes + place, 0, sums + place, stride, false);
            weights += (nint)_k * height;
            for (int i = 0; i < real; i++)
            {
                int made = group * _outer + row + i;
                Land(
                    sums + (nint)i * stride, rows, first, _bias == null ? default : _bias[made],
                    _target + ((nint)example * _groups * _outer + made) * _y.Target * _x.Target);
            }
        }
    }

    /// <summary>Takes the results out of the places between rows and puts them where they belong.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Land(T* sums, int rows, int first, T bias, T* target)
    {
        TVector offset = TLanes.Broadcast(bias);
        int count = _x.Count, lanes = TLanes.Count;
        for (int i = 0; i < rows; i++, sums += _planes.Pitch)
        {
            T* to = target + (nint)(_y.Start + (first + i) * _y.Step) * _x.Target + _x.Start;
            if (_x.Step == 1 && count >= lanes)
            {
                // The last vector overlaps the one before it and writes the same again.
                for (int j = 0; j < count; j += lanes)
                {
                    int at = Math.Min(j, count - lanes);
                    TLanes.Store(TLanes.Add(TLanes.Load(sums + at), offset), to + at);
                }
                continue;
            }
            for (int j = 0; j < count; j++)
            {
                if (typeof(T) == typeof(float)) ((float*)to)[j * _x.Step] = ((float*)sums)[j] + *(float*)&bias;
                else ((double*)to)[j * _x.Step] = ((double*)sums)[j] + *(double*)&bias;
            }
        }
    }
}
