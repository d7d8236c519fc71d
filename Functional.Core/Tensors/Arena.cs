namespace Functional.Core;

/// <summary>Memory that is handed out front to back and taken back all at once.</summary>
internal abstract class Arena
{
    public abstract void Reset();
}

/// <summary>
/// An arena of one element type: large arrays, filled front to back. After a step that needed several, they are replaced
/// by a single one of their joint size, so that a steady state touches the same memory each time and allocates none.
/// </summary>
internal sealed class Arena<T> : Arena where T : struct
{
    private const int Alignment = 16;
    private const int SmallestChunk = 1 << 12;

    private readonly List<T[]> _chunks = [];
    private int _used;
    private long _total;

    public T[] Take(int length, out int offset)
    {
        int rounded = (int)Math.Min(((long)length + Alignment - 1) / Alignment * Alignment, Array.MaxLength);
        if (_chunks.Count == 0 || _chunks[^1].Length - _used < rounded)
        {
            int size = (int)Math.Min(Math.Max(Math.Max(rounded, _total), SmallestChunk), Array.MaxLength);
            _chunks.Add(GC.AllocateUninitializedArray<T>(size));
            _used = 0;
        }
        offset = _used;
        _used += rounded;
        _total += rounded;
        return _chunks[^1];
    }

    public override void Reset()
    {
        if (_chunks.Count > 1)
        {
            _chunks.Clear();
            if (_total <= Array.MaxLength) _chunks.Add(GC.AllocateUninitializedArray<T>((int)_total));
        }
        (_used, _total) = (0, 0);
    }
}
