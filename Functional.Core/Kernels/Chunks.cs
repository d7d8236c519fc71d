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

    /// <summary>Whether a pass of this length is split at all; where not, call it directly and allocate nothing.</summary>
    public static bool Split(int length) => length > Grain && Workers.Count > 1;

    /// <summary>Runs <paramref name="body"/> with the start and length of every chunk.</summary>
    public static void For(int length, Action<int, int> body) => For(length, Grain, body);

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
    public static void For(int length, int size, Action<int, int> body)
    {
        var handle = GCHandle.Alloc(body);
        try
        {
            Workers.For((length + size - 1) / size, new Work(GCHandle.ToIntPtr(handle), length, size));
        }
        finally
        {
            handle.Free();
        }
    }

    private readonly record struct Work(nint Handle, int Length, int Size) : IWork
    {
        public void Run(int part) =>
            ((Action<int, int>)GCHandle.FromIntPtr(Handle).Target!)(part * Size, Math.Min(Size, Length - part * Size));
    }
}
