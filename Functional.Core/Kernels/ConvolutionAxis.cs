using System.Numerics;

namespace Functional.Core.Kernels;

/// <summary>
/// One axis of a pass that correlates padded planes of a source with taps of a kernel, result[i] = Σ plane[i + shift], always with
/// stride 1. A convolution with stride s reads s planes, each with every s-th element of the input; its backward pass writes every
/// s-th element of the input's gradient, in s passes.
/// </summary>
internal readonly struct ConvolutionAxis
{
    private readonly Slide _slide;
    private readonly int _phase;
    private readonly int _period;
    private readonly int _first;
    private readonly int _mostShift;

    private ConvolutionAxis(Slide slide, int phase)
    {
        (_slide, _phase) = (slide, phase);
        _period = slide.Stride / (int)BigInteger.GreatestCommonDivisor(slide.Stride, slide.Dilation);
    }

    /// <summary>The forward pass.</summary>
    public static ConvolutionAxis Forward(Slide slide) => new(slide, -1);

    /// <summary>The backward pass for the inputs whose padded place is <paramref name="phase"/> modulo the stride.</summary>
    public static ConvolutionAxis Backward(Slide slide, int phase) => new(slide, phase);

    private ConvolutionAxis(ConvolutionAxis of, int first, int mostShift, int reach, int count, int start)
    {
        this = of;
        (_first, _mostShift, Reach, Count, Start) = (first, mostShift, reach, count, start);
    }

    /// <summary>The same with what follows from the sizes worked out.</summary>
    public ConvolutionAxis Planned()
    {
        if (_phase < 0) return new(this, 0, 0, _slide.Reach / _slide.Stride, _slide.Out, 0);
        int first = Math.Max(0, (_slide.Before - _phase + _slide.Stride - 1) / _slide.Stride);
        int places = _slide.In - 1 + _slide.Before - _phase;
        int count = places < 0 ? 0 : Math.Max(0, places / _slide.Stride - first + 1);
        int most = -1, least = int.MaxValue;
        for (int tap = 0; tap < _slide.Kernel; tap++)
        {
            if (tap * _slide.Dilation % _slide.Stride != _phase) continue;
            most = Math.Max(most, tap * _slide.Dilation / _slide.Stride);
            least = Math.Min(least, tap * _slide.Dilation / _slide.Stride);
        }
        return new(this, first, most, Math.Max(0, most - least), count, first * _slide.Stride + _phase - _slide.Before);
    }

    /// <summary>How many results there are.</summary>
    public int Count { get; }

    /// <summary>Where the first result goes; the others follow at distance <see cref="Step"/>.</summary>
    public int Start { get; }

    /// <summary>The largest shift of a tap.</summary>
    public int Reach { get; }

    /// <summary>Distance of results in what is written.</summary>
    public int Step => _phase < 0 ? 1 : _slide.Stride;

    /// <summary>Size of the source.</summary>
    public int Source => _phase < 0 ? _slide.In : _slide.Out;

    /// <summary>Size of what is written.</summary>
    public int Target => _phase < 0 ? _slide.Out : _slide.In;

    /// <summary>How many planes the source is taken apart into.</summary>
    public int Planes => _phase < 0 ? Math.Min(_slide.Kernel, _period) : 1;

    /// <summary>Distance in the source of neighbours in a plane.</summary>
    public int SourceStep => _phase < 0 ? _slide.Stride : 1;

    /// <summary>Places in a plane that are read.</summary>
    public int Needed => Count + Reach;

    /// <summary>The source's place of a plane's place 0; it may lie in the padding.</summary>
    public int Origin(int plane) => _phase < 0 ? plane * _slide.Dilation % _slide.Stride - _slide.Before : _first - _mostShift;

    /// <summary>Whether a place of the kernel takes part, and then from which plane, shifted by how much.</summary>
    public bool Tap(int tap, out int plane, out int shift)
    {
        int place = tap * _slide.Dilation;
        (plane, shift) = _phase < 0 ? (tap % _period, place / _slide.Stride) : (0, _mostShift - place / _slide.Stride);
        return _phase < 0 || place % _slide.Stride == _phase;
    }

    /// <summary>The places of a plane that lie in the source: from, to (exclusive); before and after are zeros.</summary>
    public void Inside(int plane, int needed, out int from, out int to)
    {
        int origin = Origin(plane);
        from = origin >= 0 ? 0 : Math.Min(needed, (-origin + SourceStep - 1) / SourceStep);
        to = Math.Clamp(Source - origin <= 0 ? 0 : (Source - origin + SourceStep - 1) / SourceStep, from, needed);
    }

    /// <summary>
    /// How many zeros at the end of every row may be the same memory as those at the next one's start; no more than leave each result
    /// a place of its own.
    /// </summary>
    public int Shared
    {
        get
        {
            int shared = Reach;
            for (int plane = 0; plane < Planes; plane++)
            {
                Inside(plane, Needed, out int from, out int to);
                shared = Math.Min(shared, Math.Min(from, Needed - to));
            }
            return shared;
        }
    }
}
