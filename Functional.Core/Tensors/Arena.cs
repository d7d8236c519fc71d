using System.Runtime.CompilerServices;

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
    private const int CacheLine = 64;

    /// <summary>Numbers that may be passed over to come to a cache line.</summary>
    private static int Spare => Math.Max(Alignment, CacheLine / Unsafe.SizeOf<T>());

    private readonly List<T[]> _chunks = [];
    private int _start;
    private int _used;
    private long _total;

    public T[] Take(int length, out int offset)
    {
        int rounded = (int)Math.Min(((long)length + Alignment - 1) / Alignment * Alignment, Array.MaxLength - Spare);
        if (_chunks.Count == 0 || _chunks[^1].Length - _used < rounded)
        {
            Add((int)Math.Min(Math.Max(Math.Max(rounded, _total), SmallestChunk), Array.MaxLength - Spare));
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
            if (_total <= Array.MaxLength - Spare) Add((int)_total);
        }
        (_used, _total) = (_start, 0);
    }

    // Pinned, so that it stays where it is: the first tensor begins at a cache line, and so does every other.
    private void Add(int size)
    {
        var chunk = GC.AllocateUninitializedArray<T>(size + Spare, pinned: true);
        nint past = Tensor.Address(chunk) & (CacheLine - 1);
        _start = past == 0 || CacheLine % Unsafe.SizeOf<T>() != 0 ? 0 : (int)((CacheLine - past) / Unsafe.SizeOf<T>());
        _used = _start;
        _chunks.Add(chunk);
    }
}
