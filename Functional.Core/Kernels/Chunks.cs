using System.Runtime.InteropServices;

namespace Functional.Core.Kernels;

/// <summary>
/// Splits a long pass into chunks that the workers share. The chunks depend on the length alone, so a pass that treats each element by itself
/// gives the same bits for any number of threads.
/// </summary>
internal static class Chunks
{
    /// <summary>How many numbers are worth a part of their own: about 10 µs of work on memory.</summary>
    public const int Grain = 1 << 15;

    private const int Piece = 1 << 13;    // numbers of a chunk where they are few,
    private const int FewParts = 16;      // of which there are no more than so many before they grow to the grain
    private const int Line = 16;          // numbers of a cache line

    /// <summary>Whether a pass of this length is split at all; where not, call it directly and allocate nothing.</summary>
    public static bool Split(int length) => length > Grain && Workers.Count > 1;

    /// <summary>Runs <paramref name="body"/> with the start and length of every chunk, <see cref="Parts"/> of them.</summary>
    public static void For(int length, Action<int, int> body)
    {
        int parts = Parts(Math.Min((length + Piece - 1) / Piece, Math.Max(FewParts, length / Grain)), length);
        For(length, parts, 0, body);
    }

    /// <summary>
    /// About so many parts for so many units of work: an even number, so that two threads divide any pass over the same numbers at the same place and each
    /// finds in its core's cache what it wrote there in the pass before.
    /// </summary>
    public static int Parts(int wanted, int units) => units < 2 ? 1 : Math.Clamp(wanted + wanted % 2, 2, units - units % 2);

    /// <summary>Where a part begins if a length, in whole units, is divided as evenly as may be; the end of the last for the number of parts.</summary>
    public static int Start(int part, int parts, int length, int unit)
    {
        long units = (length + unit - 1) / unit;
        return (int)Math.Min(units * part / parts * unit, length);
    }

    /// <summary>
    /// Runs <paramref name="body"/> with the first and the number of some rows, about as many each time as make the workers equally
    /// busy and no fewer than <paramref name="least"/>; for work on each row by itself, as the cut depends on how many workers there are.
    /// </summary>
    public static void Rows(int rows, int least, Action<int, int> body)
    {
        int size = Math.Max(least, (rows + Workers.Count - 1) / Workers.Count);
        if (size >= rows) body(0, rows);
        else For(rows, size, body);
    }

    /// <summary>Runs <paramref name="body"/> with the start and length of every chunk of <paramref name="size"/>.</summary>
    public static void For(int length, int size, Action<int, int> body) => For(length, (length + size - 1) / size, size, body);

    private static void For(int length, int parts, int size, Action<int, int> body)
    {
        var handle = GCHandle.Alloc(body);
        try
        {
            Workers.For(parts, new Work(GCHandle.ToIntPtr(handle), length, parts, size));
        }
        finally
        {
            handle.Free();
        }
    }

    /// <summary>Chunks of one size, or where that is 0 as equal as may be.</summary>
    private readonly record struct Work(nint Handle, int Length, int Parts, int Size) : IWork
    {
        public void Run(int part)
        {
            int start = Begin(part);
            ((Action<int, int>)GCHandle.FromIntPtr(Handle).Target!)(start, Begin(part + 1) - start);
        }

        private int Begin(int part) => Size > 0 ? (int)Math.Min((long)part * Size, Length) : Start(part, Parts, Length, Line);
    }
}
