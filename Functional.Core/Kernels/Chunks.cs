namespace Functional.Core.Kernels;

/// <summary>A pass over numbers or rows that does any stretch of them by itself. As a struct it is shared out without garbage.</summary>
internal interface IStretchWork
{
    /// <summary>Does <paramref name="count"/> of them from <paramref name="start"/> on.</summary>
    void Run(int start, int count);
}

/// <summary>
/// Splits a long pass into chunks that the workers share. The chunks depend on the length alone, so a pass that treats each element by itself
/// gives the same bits for any number of threads.
/// </summary>
internal static class Chunks
{
    /// <summary>How many numbers are worth a part of their own: about 10 µs of work on memory.</summary>
    public const int Grain = 1 << 15;

    private const int Least = 1 << 13;    // numbers of a chunk where they are few,
    private const int FewParts = 16;      // of which there are no more than so many before they grow to the grain
    private const int Line = 16;          // numbers of a cache line
    private const int ManyRows = 48;      // of a matrix, where a tenth more or less of them for a thread is no matter

    /// <summary>How many numbers of a matrix are worth to be shared in a product with few rows: weights as long as this are in the cores of those who share them.</summary>
    public const int Shared = 1 << 16;

    /// <summary>Rows of the tallest tile of a product.</summary>
    public const int RowUnit = 12;

    /// <summary>Whether a pass of this length is split at all; where not, call it directly.</summary>
    public static bool Split(int length) => length > Grain && Workers.Count > 1;

    /// <summary>Runs <paramref name="work"/> with the start and length of every chunk, <see cref="Parts"/> of them.</summary>
    public static void For<TWork>(int length, TWork work) where TWork : struct, IStretchWork
    {
        int parts = Pieces(length);
        Workers.For(parts, new Work<TWork>(work, length, parts, 0));
    }

    /// <summary>How many pieces a pass over so many numbers is cut into.</summary>
    public static int Pieces(int length) => Parts(Math.Min((length + Least - 1) / Least, Math.Max(FewParts, length / Grain)), length);

    /// <summary>Begin and end of a piece of numbers that are part of a longer pass and may be rows of a matrix; few are all in the first piece, none or fewer in no piece.</summary>
    public static (int Begin, int End) Piece(int piece, int pieces, int length, int row)
    {
        if (length <= Grain) return (0, piece == 0 ? length : 0);
        int rows = length / row;
        return rows * row == length && rows >= ManyRows
            ? (RowStart(piece, pieces, rows) * row, RowStart(piece + 1, pieces, rows) * row)
            : (Start(piece, pieces, length, Line), Start(piece + 1, pieces, length, Line));
    }

    /// <summary>
    /// Where a part of a matrix begins that is cut across its rows. Products and the pass of an optimizer cut weights and their gradients so, whole panels of the
    /// tallest tile if there are some: two threads then find in their cores what they read and wrote of them before.
    /// </summary>
    public static int RowStart(int part, int parts, int rows) => Start(part, parts, rows, rows >= ManyRows ? RowUnit : 1);

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
    /// Runs <paramref name="work"/> with the first and the number of some rows, about as many each time as make the workers equally
    /// busy and no fewer than <paramref name="least"/>; for work on each row by itself, as the cut depends on how many workers there are.
    /// </summary>
    public static void Rows<TWork>(int rows, int least, TWork work) where TWork : struct, IStretchWork
    {
        int size = Math.Max(least, (rows + Workers.Count - 1) / Workers.Count);
        if (size >= rows) work.Run(0, rows);
        else For(rows, size, work);
    }

    /// <summary>Runs <paramref name="work"/> with the start and length of every chunk of <paramref name="size"/>.</summary>
    public static void For<TWork>(int length, int size, TWork work) where TWork : struct, IStretchWork
    {
        int parts = (length + size - 1) / size;
        Workers.For(parts, new Work<TWork>(work, length, parts, size));
    }

    /// <summary>Chunks of one size, or where that is 0 as equal as may be.</summary>
    private readonly struct Work<TWork>(TWork work, int length, int parts, int size) : IWork where TWork : struct, IStretchWork
    {
        private readonly TWork _work = work;

        public void Run(int part)
        {
            int start = Begin(part);
            _work.Run(start, Begin(part + 1) - start);
        }

        private int Begin(int part) => size > 0 ? (int)Math.Min((long)part * size, length) : Start(part, parts, length, Line);
    }
}
