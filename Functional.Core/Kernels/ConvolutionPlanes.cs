namespace Functional.Core.Kernels;

/// <summary>
/// Copies of channels as padded planes, in which a tap of the kernel is a shift: result (i, j) at place i·Pitch + j of a channel's
/// result is a sum over elements at that place plus the tap's <see cref="Offset"/>. Places between rows are computed with the rest
/// and not used, which is what makes rows of any width one long row for the vectors.
/// </summary>
internal readonly unsafe struct ConvolutionPlanes
{
    private readonly ConvolutionAxis _y, _x;
    private readonly int _planeSize;

    /// <param name="y">The vertical axis.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="rows">Rows of results for which the planes are made.</param>
    public ConvolutionPlanes(in ConvolutionAxis y, in ConvolutionAxis x, int rows)
    {
        (_y, _x) = (y, x);
        Pitch = x.Needed - x.Shared;
        _planeSize = (rows + y.Reach) * Pitch;
    }

    /// <summary>Distance between rows.</summary>
    public int Pitch { get; }

    /// <summary>Distance between channels.</summary>
    public nint ChannelSize => (nint)_planeSize * _y.Planes * _x.Planes;

    /// <summary>Elements needed for that many channels, and for <paramref name="beyond"/> places that are read beyond the last.</summary>
    public nint Room(int channels, int beyond) => channels * ChannelSize + _x.Shared + beyond;

    /// <summary>Where a tap's element for result (0, 0) lies in its channel, if it takes part.</summary>
    public bool Offset(int down, int across, out int offset)
    {
        bool has = _y.Tap(down, out int planeY, out int shiftY) & _x.Tap(across, out int planeX, out int shiftX);
        offset = (planeY * _x.Planes + planeX) * _planeSize + shiftY * Pitch + shiftX;
        return has;
    }

    /// <summary>Fills the planes with what results from row <paramref name="first"/> on need.</summary>
    public void Fill<T>(T* source, int channels, int first, T* planes, int beyond) where T : unmanaged
    {
        int height = _planeSize / Math.Max(1, Pitch);
        for (int channel = 0; channel < channels; channel++)
            for (int a = 0; a < _y.Planes; a++)
                for (int b = 0; b < _x.Planes; b++)
                {
                    T* plane = planes + channel * ChannelSize + (nint)(a * _x.Planes + b) * _planeSize;
                    _x.Inside(b, Pitch, out int from, out int to);
                    T* start = source + (nint)channel * _y.Source * _x.Source + _x.Origin(b) + (nint)from * _x.SourceStep;
                    for (int i = 0; i < height; i++, plane += Pitch)
                    {
                        long row = _y.Origin(a) + (long)(first + i) * _y.SourceStep;
                        if (row < 0 || row >= _y.Source) new Span<T>(plane, Pitch).Clear();
                        else Row(start + (nint)row * _x.Source, plane, from, to);
                    }
                }
        new Span<T>(planes + channels * ChannelSize, _x.Shared + beyond).Clear();
    }

    private void Row<T>(T* from, T* to, int start, int end) where T : unmanaged
    {
        for (int j = 0; j < start; j++) to[j] = default;
        if (_x.SourceStep == 1) new ReadOnlySpan<T>(from, end - start).CopyTo(new Span<T>(to + start, end - start));
        else for (int j = start; j < end; j++, from += _x.SourceStep) to[j] = *from;
        for (int j = end; j < Pitch; j++) to[j] = default;
    }
}
