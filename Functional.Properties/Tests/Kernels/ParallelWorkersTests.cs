using Functional.Core.Kernels;
using Xunit;

namespace Functional.Properties.Tests.Kernels;

[Collection("Workers")]
public sealed unsafe class ParallelWorkersTests : IDisposable
{
    private readonly int _before = Workers.Count;

    public void Dispose() => Workers.Count = _before;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_part_runs_exactly_once(int count)
    {
        Workers.Count = count;
        int* hits = stackalloc int[100];
        for (int repeat = 1; repeat <= 2000; repeat++)
        {
            int parts = repeat % 100;
            new Span<int>(hits, 100).Clear();
            Workers.For(parts, new Hit { Hits = hits });
            for (int i = 0; i < 100; i++) Assert.Equal(i < parts ? 1 : 0, hits[i]);
        }
    }

    [Fact]
    public void Callers_at_the_same_time_each_get_their_own_parts()
    {
        Workers.Count = 3;
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(CheckSums)).ToList();
        _failures = 0;
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        Assert.Equal(0, _failures);
    }

    [Fact]
    public void A_thread_that_is_stuck_keeps_only_the_part_it_is_at_and_its_last()
    {
        Workers.Count = 2;
        int* done = stackalloc int[2];
        for (int repeat = 0; repeat < 20; repeat++)
        {
            // A helper waits in its first part until all others but its last are done, which only the caller can do then.
            (done[0], done[1]) = (0, 0);
            Workers.For(10, new Stuck { Done = done });
            Assert.Equal(10, done[0]);
            Assert.Equal(0, done[1]);
        }
    }

    [Fact]
    public void A_part_may_fork_again()
    {
        Workers.Count = 3;
        long* sums = stackalloc long[10];
        for (int repeat = 0; repeat < 200; repeat++)
        {
            new Span<long>(sums, 10).Clear();
            Workers.For(10, new Nested { Sums = sums });
            for (int i = 0; i < 10; i++) Assert.Equal(45, sums[i]);
        }
    }

    [Fact]
    public void The_caller_gets_the_exception_of_a_part_and_later_work_goes_on()
    {
        Workers.Count = 2;
        for (int repeat = 0; repeat < 20; repeat++)
        {
            Assert.Throws<InvalidOperationException>(() => Workers.For(10, new Failing()));
            Every_part_runs_exactly_once(2);
        }
    }

    [Fact]
    public void Forking_allocates_nothing_once_the_helpers_run()
    {
        Workers.Count = 3;
        int* hits = stackalloc int[100];
        for (int i = 0; i < 100; i++) Workers.For(100, new Hit { Hits = hits });
        long start = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) Workers.For(100, new Hit { Hits = hits });
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - start);
    }

    [Fact]
    public void Work_may_hold_references_to_what_the_collector_moves()
    {
        Workers.Count = 3;
        for (int repeat = 0; repeat < 20; repeat++)
        {
            var to = new int[64];
            Workers.For(64, new Write { To = to, From = [.. Enumerable.Range(repeat, 64)] });
            Assert.Equal(Enumerable.Range(repeat, 64), to);
        }
    }

    [Fact]
    public void Less_than_one_worker_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Workers.Count = 0);

    private static int _failures;

    private static void CheckSums()
    {
        long* sums = stackalloc long[64];
        for (int repeat = 0; repeat < 3000; repeat++)
        {
            new Span<long>(sums, 64).Clear();
            Workers.For(64, new Squares { To = sums });
            for (int i = 0; i < 64; i++)
                if (sums[i] != (long)i * i) Interlocked.Increment(ref _failures);
        }
    }

    private struct Hit : IWork
    {
        public int* Hits;

        public readonly void Run(int part) => Interlocked.Increment(ref Hits[part]);
    }

    private struct Squares : IWork
    {
        public long* To;

        public readonly void Run(int part) => To[part] += (long)part * part;
    }

    private struct Nested : IWork
    {
        public long* Sums;

        public readonly void Run(int part)
        {
            long* parts = stackalloc long[10];
            Workers.For(10, new Count { To = parts });
            Sums[part] = new ReadOnlySpan<long>(parts, 10).ToArray().Sum();
        }
    }

    private struct Count : IWork
    {
        public long* To;

        public readonly void Run(int part) => To[part] = part;
    }

    private struct Write : IWork
    {
        public int[] To, From;

        public readonly void Run(int part)
        {
            if (part % 20 == 7) GC.Collect(0, GCCollectionMode.Forced, blocking: true, compacting: true);
            To[part] = From[part];
        }
    }

    private struct Failing : IWork
    {
        public readonly void Run(int part)
        {
            if (part == 7) throw new InvalidOperationException("seven");
        }
    }

    private struct Stuck : IWork
    {
        public int* Done;

        public readonly void Run(int part)
        {
            if (part == 5 && Thread.CurrentThread.Name?.StartsWith("Functional worker", StringComparison.Ordinal) == true)
            {
                int* done = Done;
                if (!SpinWait.SpinUntil(() => Volatile.Read(ref *done) >= 8, TimeSpan.FromSeconds(60))) Interlocked.Increment(ref Done[1]);
            }
            Interlocked.Increment(ref *Done);
        }
    }
}
