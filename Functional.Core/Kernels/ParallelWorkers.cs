using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Functional.Core.Kernels;

/// <summary>A piece of work that was split into parts, each of which writes only its own results.</summary>
internal interface IWork
{
    /// <summary>Does the part of that number; parts may run in any order and at the same time.</summary>
    void Run(int part);
}

/// <summary>
/// Runs the parts of a piece of work on a persistent set of threads. The caller works too and never waits for a helper that has
/// not begun, so a fork that finds nobody awake costs no more than doing the work alone. The parts are fixed by who asks; only
/// who runs them depends on <see cref="Count"/>, so results are the same bits for any number of threads.
/// </summary>
/// <remarks>
/// Each thread begins with a segment of neighbouring parts, the same from call to call, and takes from the others' when its own is done and they are behind: what a step
/// leaves in a core's cache is there for the next, and two cores seldom write to one cache line.
/// One caller at a time owns the helpers. A caller that finds them taken (another thread, or a part that forks again) does all
/// its parts itself, which is always correct. Nothing is allocated once the helpers run.
/// </remarks>
internal static unsafe class Workers
{
    private const long SpinMicroseconds = 40;

    private const long MoveMicroseconds = 20;    // for what lies in another core's cache to come to this one's: some 100 kB
    private const int Pause = 20;                // between two looks at how far an owner is, which cost it time too
    private const int SpinsBeforeYield = 500;    // of some 10 to 40 ns
    private const int MostSegments = 32;
    private const int Apart = 32;    // numbers: counters that different threads count stand on different cache lines

    private static readonly object Gate = new();
    // For each segment the next part, and whether its own thread is at it.
    private static readonly int[] Next = GC.AllocateArray<int>(MostSegments * Apart, pinned: true);
    private static readonly List<Thread> Helpers = [];
    private static readonly long SpinTicks = SpinMicroseconds * Stopwatch.Frequency / 1_000_000;
    private static readonly long MoveTicks = MoveMicroseconds * Stopwatch.Frequency / 1_000_000;
    private static int _count = Environment.ProcessorCount;
    private static ExceptionDispatchInfo? _error;
    private static Job _job;

    /// <summary>How many threads share the work, the caller included; at least 1.</summary>
    public static int Count
    {
        get => Volatile.Read(ref _count);
        set => Volatile.Write(ref _count, value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "at least 1"));
    }

    /// <summary>
    /// Runs parts 0 to <paramref name="parts"/> - 1 and returns when all are done; the first exception of a part is thrown again.
    /// The work may hold references, such as tensors: all threads read it where it stands on the caller's stack, which keeps what it refers to alive.
    /// </summary>
    public static void For<TWork>(int parts, TWork work) where TWork : struct, IWork
    {
        int count = Math.Min(Count, parts);
        if (count <= 1 || Interlocked.CompareExchange(ref _job.Owned, 1, 0) != 0)
        {
            for (int part = 0; part < parts; part++) work.Run(part);
            return;
        }

        try
        {
            Fork(count - 1, parts, &Invoke<TWork>, Unsafe.AsPointer(ref work));
        }
        finally
        {
            Volatile.Write(ref _job.Owned, 0);
        }
    }

    private static void Invoke<TWork>(void* work, int part) where TWork : struct, IWork => Unsafe.AsRef<TWork>(work).Run(part);

    private static void Fork(int helpers, int parts, delegate*<void*, int, void> run, void* work)
    {
        while (Helpers.Count < helpers) Hire();
        _job.Run = run;
        _job.Work = work;
        _job.Parts = parts;
        _job.Helpers = helpers;
        _job.Segments = Math.Min(helpers + 1, MostSegments);
        for (int segment = 0; segment < _job.Segments; segment++) (Next[segment * Apart], Next[segment * Apart + 1]) = (First(segment), 0);
        _error = null;

        // Publishing is a full fence: whoever sees the number sees the job, and a sleeper either sees it or is counted here.
        int number = _job.Number == int.MaxValue ? 1 : _job.Number + 1;
        Volatile.Write(ref _job.Open, number);
        Interlocked.Exchange(ref _job.Number, number);
        if (Volatile.Read(ref _job.Sleepers) > 0)
            lock (Gate) Monitor.PulseAll(Gate);

        Claim(0);

        // Every part is taken now, or is the last of a segment whose owner is inside and will take it. Closing keeps late helpers out; those inside finish.
        Interlocked.Exchange(ref _job.Open, 0);
        for (int i = 0; Volatile.Read(ref _job.Inside) != 0 && i < SpinsBeforeYield; i++) Thread.SpinWait(1);
        var wait = new SpinWait();
        while (Volatile.Read(ref _job.Inside) != 0) wait.SpinOnce(sleep1Threshold: -1);
        if (_error is { } error)
        {
            _error = null;
            error.Throw();
        }
    }

    private static int First(int segment) => (int)((long)segment * _job.Parts / _job.Segments);

    private static void Claim(int own)
    {
        long begin = Stopwatch.GetTimestamp(), done = begin, each = 0;
        for (int i = 0; i < _job.Segments; i++)
        {
            int segment = (own + i) % _job.Segments, end = First(segment + 1), first = First(segment), part;
            ref int next = ref Next[segment * Apart];
            ref int owned = ref Next[segment * Apart + 1];
            if (i == 0) Volatile.Write(ref owned, 1);
            while ((part = Volatile.Read(ref next)) < end)
            {
                if (i > 0 && Volatile.Read(ref owned) == 1)
                {
                    // The last part stays with its thread, and so do all if it should be through with them sooner than they could move to this core's cache.
                    if (part == end - 1) break;
                    if ((end - part) * each < MoveTicks && Stopwatch.GetTimestamp() - done < MoveTicks)
                    {
                        Thread.SpinWait(Pause);
                        continue;
                    }
                }
                if ((part = Interlocked.Increment(ref next) - 1) >= end) break;
                try
                {
                    _job.Run(_job.Work, part);
                }
#pragma warning disable CA1031 // The caller of For gets it, whatever it is.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    Interlocked.CompareExchange(ref _error, ExceptionDispatchInfo.Capture(e), null);
                }
            }
            if (i > 0) continue;
            done = Stopwatch.GetTimestamp();
            each = (done - begin) / Math.Max(1, end - first);
        }
    }

    private static void Hire()
    {
        int index = Helpers.Count;
        var helper = new Thread(() => Help(index)) { IsBackground = true, Name = $"Functional worker {index + 1}" };
        Helpers.Add(helper);
        helper.Start();
    }

    private static void Help(int index)
    {
        int seen = 0;
        while (true)
        {
            seen = Await(seen);
            Interlocked.Increment(ref _job.Inside);
            if (Volatile.Read(ref _job.Open) == seen && index < _job.Helpers) Claim(index + 1);
            Interlocked.Decrement(ref _job.Inside);
        }
    }

    /// <summary>The number of the next job: spins a little, because layers follow each other closely, then sleeps.</summary>
    private static int Await(int seen)
    {
        int number;
        if (Environment.ProcessorCount > 1)
        {
            long start = Stopwatch.GetTimestamp();
            do
            {
                if ((number = Volatile.Read(ref _job.Number)) != seen) return number;
                Thread.SpinWait(1);
            }
            while (Stopwatch.GetTimestamp() - start < SpinTicks);
        }

        lock (Gate)
        {
            Interlocked.Increment(ref _job.Sleepers);
            while ((number = Volatile.Read(ref _job.Number)) == seen) Monitor.Wait(Gate);
            Interlocked.Decrement(ref _job.Sleepers);
            return number;
        }
    }

    /// <summary>What caller and helpers share; words that different threads write stand on different cache lines.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 512)]
    private struct Job
    {
        [FieldOffset(64)] public int Owned;
        [FieldOffset(128)] public delegate*<void*, int, void> Run;
        [FieldOffset(136)] public void* Work;
        [FieldOffset(144)] public int Parts;
        [FieldOffset(148)] public int Helpers;
        [FieldOffset(152)] public int Open;
        [FieldOffset(156)] public int Segments;
        [FieldOffset(256)] public int Number;
        [FieldOffset(260)] public int Sleepers;
        [FieldOffset(384)] public int Inside;
    }
}
