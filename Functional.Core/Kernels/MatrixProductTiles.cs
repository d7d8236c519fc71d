using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Functional.Core.Kernels;

/// <summary>
/// The blocked product: C in blocks of rows, each summed over stretches of k, B in blocks of columns that fit the cache. Both operands
/// are cut into panels (<see cref="MatrixProductPanels{T}"/>), packed where that pays, and then the block's tiles are computed, both
/// in parts that may run on several threads. Wherever it is cut, an element is one chain of sums in the order of k, so its bits are the same.
/// Shapes: op(A) <c>[m, k]</c>, op(B) <c>[k, n]</c>, C <c>[m, n]</c>, each with strides of its own, of which one is 1.
/// </summary>
internal static unsafe class MatrixProductTiles<TLanes, TVector, T>
    where TLanes : struct, ILanes<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    private const int BlockRows = 2048;
    private const int BlockColumns = 256;        // with 512 steps of k, its B takes half of a 1 MB second-level cache
    private const int ManyColumns = 1024;
    private const int ManyRows = 512;
    private const long Few = 1 << 14;            // numbers of an operand that stay in the first-level cache,
    private const long Many = 1 << 18;           // and those that take most of a second-level one
    private const int Line = 64;                 // bytes of a cache line
    private const int CacheWay = 4096;           // bytes; lines so far apart compete for the same few places
    private const long PartWork = 1 << 18;       // multiply-adds of a part, where there are many
    private const long ForkWork = 1 << 18;       // multiply-adds below which a stretch is done on the calling thread, unless B or C is as long as what other passes share: they should find it in the same cores
    private const int ManyParts = 64;
    private const int PackedElements = 1 << 14;  // elements packed by one part,
    private const int LeastPanels = 4;           // which has so many panels if there are many: lines of the cache may be shared by two

    private static long s_number;
    [ThreadStatic] private static (long Number, int First) t_packed;

    private static int Rows => TLanes.Rows;
    private static int Columns => 2 * TLanes.Count;
    private static int RowPanels => Chunks.RowUnit / Rows;

    /// <summary>The most rows for which a copy of A does not pay: so many are read by few panels of B.</summary>
    public static int FewColumns => 4 * Columns;

    /// <summary>
    /// op(A)ᵢₚ stands at a[i·aRow + p·aStep], op(B)ₚⱼ at b[p·bStep + j·bColumn], Cᵢⱼ at c[i·cRow + j·cColumn]; one stride of each is 1.
    /// A bias has a number for every place along the stride of 1 of C.
    /// </summary>
    public static void Multiply(
        int m, int n, int k, T* a, nint aRow, nint aStep, T* b, nint bStep, nint bColumn, T* c, nint cRow, nint cColumn, bool accumulate, T* bias)
    {
        int stretches = (k + Longest - 1) / Longest;
        int stretch = (k + stretches - 1) / stretches;
        for (int p = 0; p < k; p += stretch)
        {
            int steps = Math.Min(stretch, k - p);
            for (int row = 0; row < m; row += BlockRows)
            {
                Block(
                    Math.Min(BlockRows, m - row), n, steps, a + row * aRow + p * aStep, aRow, aStep,
                    b + p * bStep, bStep, bColumn, c + row * cRow, cRow, cColumn, accumulate || p > 0, p > 0 || bias == null ? null : cColumn == 1 ? bias : bias + row);
            }
        }
    }

    /// <summary>Steps of k in one stretch: a panel of A (12 rows) then takes most of a 32 kB first-level cache.</summary>
    private static int Longest => 2048 / sizeof(T);

    /// <summary>A is packed once; B comes in blocks of columns, each packed just before it is used, so that it is still in the cache.</summary>
    private static void Block(
        int m, int n, int k, T* a, nint aRow, nint aStep, T* b, nint bStep, nint bColumn, T* c, nint cRow, nint cColumn, bool accumulate, T* bias)
    {
        // A copy is worth its cost when it is read often: A once for each panel of columns, B once for each panel of rows. What lies as it is read needs
        // one only if it is read very often, or where its rows would push each other out of the first-level cache.
        long countA = (long)m * k, countB = (long)n * k;
        bool crowdedA = (aStep == 1 ? aRow : aStep) * sizeof(T) % CacheWay == 0, crowdedB = bStep * sizeof(T) % CacheWay == 0;
        bool packA = countA > Few && n > (aStep == 1 ? crowdedA ? FewColumns : ManyColumns : crowdedA || countA > Many ? Columns : FewColumns);
        bool packB = bColumn != 1 || (countB > Few && m > (crowdedB ? 8 * Rows : ManyRows));
        int columns = countB > (packB ? Many : 2 * Many) ? Math.Min(n, BlockColumns) : n;
        nint roomA = MatrixProductPanels<T>.Room(m, k, Rows, packA);
        nint bytes = (roomA + MatrixProductPanels<T>.Room(columns, k, Columns, packB)) * sizeof(T);
        T* room = (T*)Scratch.Bytes(bytes);
        var panelsA = new MatrixProductPanels<T>(a, aRow, aStep, m, k, Rows, Rows / 3, packA, room);
        bool fork = (long)m * n * k >= ForkWork || (long)n * Math.Max(m, k) >= Chunks.Shared;
        Pack(panelsA, k, fork);
        for (int column = 0; column < n; column += columns)
        {
            int width = Math.Min(columns, n - column);
            var work = new Work
            {
                A = panelsA,
                B = new(b + column * bColumn, bColumn, bStep, width, k, Columns, Columns / 2, packB, room + roomA),
                C = c + column * cColumn,
                CRow = cRow,
                CColumn = cColumn,
                K = k,
                Bias = bias == null ? null : cColumn == 1 ? bias + column : bias,
                Accumulate = accumulate || bias != null,
                Number = fork ? Interlocked.Increment(ref s_number) : 0,
                Bytes = bytes,
                RoomA = roomA,
            };
            if (!fork) Pack(work.B, k, fork: false);

            // Across the rows, so that weights and their gradients (sums over the rows of A) stay in the cores that the optimizer's pass finds them in, and copies of A in those
            // that made them; or where A is long. Else across the columns, so that no panel of B is copied twice.
            bool rows = cColumn != 1 || aStep != 1 || packA || countA > Many;
            work.Cut(fork ? (int)Math.Clamp((long)m * width * k / PartWork, 2, ManyParts) : 1, rows);
            Workers.For(work.Parts, work);
        }
    }

    private static void Pack(in MatrixProductPanels<T> panels, int k, bool fork)
    {
        int count = panels.Count - panels.FirstPacked;
        int parts = fork ? Chunks.Parts((int)Math.Min((long)count * Rows * k / PackedElements, count / LeastPanels), count) : 1;
        Workers.For(count == 0 ? 0 : parts, new Packing { Of = panels, Count = count, Parts = parts });
    }

    private struct Packing : IWork
    {
        public MatrixProductPanels<T> Of;
        public int Count, Parts;

        public readonly void Run(int part) =>
            Of.Pack(Of.FirstPacked + Chunks.Start(part, Parts, Count, 1), Of.FirstPacked + Chunks.Start(part + 1, Parts, Count, 1));
    }

    private struct Work : IWork
    {
        public MatrixProductPanels<T> A, B;
        public T* C, Bias;
        public nint CRow, CColumn;
        public int K;
        public bool Accumulate;

        /// <summary>What tells this work from all others, if each thread packs B for itself; else 0.</summary>
        public long Number;

        /// <summary>The working memory, and where in it B's copies start.</summary>
        public nint Bytes, RoomA;

        /// <summary>How many parts there are, and whether they cut C across its rows.</summary>
        public int Parts;
        public bool ByRows;

        /// <summary>
        /// Cuts C into about so many parts, across its rows or its columns. Neighbouring parts mostly go to one thread, which then reads all of the other operand. What two
        /// cores write to, they write to no line of the cache together.
        /// </summary>
        public void Cut(int parts, bool rows)
        {
            rows |= (nint)C % Line != 0 || CRow * sizeof(T) % Line != 0;
            ByRows = (rows ? A : B).Count >= Math.Min(Workers.Count, (rows ? B : A).Count) ? rows : !rows;
            Parts = parts == 1 ? 1 : Chunks.Parts(parts, ByRows ? (A.Count + RowPanels - 1) / RowPanels : B.Count);
        }

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int part)
        {
            T* edge = stackalloc T[2 * Rows * Columns], turned = edge + Rows * Columns;
            int firstA = ByRows ? Chunks.Start(part, Parts, A.Count, RowPanels) : 0, endA = ByRows ? Chunks.Start(part + 1, Parts, A.Count, RowPanels) : A.Count;
            int firstB = ByRows ? 0 : Chunks.Start(part, Parts, B.Count, 1), endB = ByRows ? B.Count : Chunks.Start(part + 1, Parts, B.Count, 1);
            var panelsB = Number == 0 ? B : Packed(firstB, endB);
            // A panel of A stays in the first-level cache while the panels of B pass by.
            for (int i = firstA; i < endA; i++)
            {
                T* a = A.Panel(i, out nint across, out nint step, out int height, out int realRows);
                for (int j = firstB; j < endB; j++)
                {
                    T* b = panelsB.Panel(j, out _, out nint bStep, out int width, out int realColumns);
                    T* c = C + i * Rows * CRow + j * Columns * CColumn;
                    if (Bias != null)
                    {
                        // Written just before the sums are added to it, while it is in the first-level cache.
                        bool upright = CColumn == 1;
                        T* bias = Bias + (upright ? j * Columns : i * Rows);
                        for (int line = 0; line < (upright ? realRows : realColumns); line++)
                            Put(bias, c + line * (upright ? CRow : CColumn), upright ? realColumns : realRows, false);
                    }

                    if (realRows == height && realColumns == width && CColumn == 1)
                    {
                        ProductTile<TLanes, TVector, T, None>.Run(height, width == Columns, K, null, a, across, step, b, bStep, c, CRow, Accumulate);
                        continue;
                    }

                    ProductTile<TLanes, TVector, T, None>.Run(height, width == Columns, K, null, a, across, step, b, bStep, edge, width, false);
                    if (CColumn == 1)
                    {
                        for (int row = 0; row < realRows; row++)
                            Put(edge + row * width, c + row * CRow, realColumns, Accumulate);
                        continue;
                    }

                    MatrixProductPanels<T>.CopyColumns(edge, width, turned, height, height, width);
                    for (int column = 0; column < realColumns; column++)
                        Put(turned + column * height, c + column * CColumn, realRows, Accumulate);
                }
            }
        }

        /// <summary>These of B's panels as this thread has packed them: to fetch what another core has just written would take longer.</summary>
        private readonly MatrixProductPanels<T> Packed(int first, int end)
        {
            var own = B.In((T*)Scratch.Bytes(Bytes) + RoomA);
            if (t_packed != (Number, first))
                own.Pack(Math.Max(first, own.FirstPacked), end);
            t_packed = (Number, first);
            return own;
        }

        // Inlined into what is compiled in full at once: short pieces, many of them.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Put(T* from, T* to, int count, bool accumulate)
        {
            int i = 0;
            for (; i <= count - Vector128<T>.Count; i += Vector128<T>.Count)
            {
                var piece = Vector128.Load(from + i);
                Vector128.Store(accumulate ? Vector128.Load(to + i) + piece : piece, to + i);
            }

            for (; i < count; i++)
            {
                if (!accumulate) to[i] = from[i];
                else if (typeof(T) == typeof(float)) ((float*)to)[i] += ((float*)from)[i];
                else ((double*)to)[i] += ((double*)from)[i];
            }
        }
    }
}
