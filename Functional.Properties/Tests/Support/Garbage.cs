using Xunit;

namespace Functional.Properties.Tests;

/// <summary>Tests that count what the whole process allocates, helper threads included: they run when no others do.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public class Alone;

/// <summary>What the process allocates and collects, by the runtime's own counters.</summary>
internal static class Garbage
{
    /// <summary>
    /// The bytes of one time in the steady state, over all threads: what many times allocate more than few, so that what a run begins and ends with
    /// does not count. Each the least of several: what happens once, such as memory that grows, code that is compiled again or a message of the test runner, is in
    /// one of them at most. More than <paramref name="enough"/>, or less than nothing, is measured again: then something else went on meanwhile.
    /// </summary>
    public static double BytesATime(Action<int> times, double enough)
    {
        const int few = 1, many = 5, tries = 3;
        times(few);
        long Least(int count) => Enumerable.Range(0, tries).Min(_ => Bytes(() => times(count)));
        double Measured() => (Least(many) - Least(few)) / (double)(many - few);
        double bytes = Measured();
        for (int i = 0; i < 2 * tries && (bytes > enough || bytes < 0); i++) bytes = Measured();
        return bytes;
    }

    /// <summary>Collections above generation 0 while something runs; the least of several runs.</summary>
    public static int LaterCollections(Action run) => Enumerable.Range(0, 3).Min(_ =>
    {
        GC.Collect();
        int before = GC.CollectionCount(1);     // a collection of generation 2 counts here too
        run();
        return GC.CollectionCount(1) - before;
    });

    private static long Bytes(Action run)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        run();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}
