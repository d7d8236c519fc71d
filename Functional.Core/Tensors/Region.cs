using System.Numerics;
using LanguageExt;

namespace Functional.Core;

/// <summary>A value that can be copied out of a <see cref="Region"/> to live on its own.</summary>
public interface IPromotable<out TSelf>
{
    /// <summary>The same value in memory of its own; itself where it already lives outside any region.</summary>
    TSelf Promote();
}

/// <summary>
/// Where the memory of one step lives. Inside <c>Run</c> every tensor that the thread makes comes from an arena;
/// when the step ends all of them are reclaimed together, and what it returns is promoted to ordinary memory first.
/// The functions inside stay pure: a tensor is written once, before anyone can see it, and one that outlives its region
/// throws <see cref="InvalidOperationException"/> when it is read, and never shows another tensor's numbers.
/// Law: <c>Region.Run(f)</c> equals <c>f()</c> for every pure <c>f</c>.
/// </summary>
/// <remarks>The same idea as Haskell's <c>runST</c> (Launchbury and Peyton Jones 1994), checked at run time by a generation stamp.</remarks>
public sealed class Region
{
    [ThreadStatic] private static Region? s_current;
    [ThreadStatic] private static Region? s_spare;

    private readonly List<Arena> _arenas = [];
    private Region? _outer;
    private bool _poison;

    private Region() { }

    /// <summary>The innermost region that this thread is in, if any.</summary>
    internal static Region? Current => s_current;

    /// <summary>Which use of this region's memory is under way; it grows when a step ends.</summary>
    internal int Generation { get; private set; }

    /// <summary>
    /// Runs a step in a region and reclaims what it made. A result that is <see cref="IPromotable{TSelf}"/> is promoted;
    /// any other result must not hold tensors of the region.
    /// </summary>
    /// <param name="step">The pure function to run.</param>
    /// <param name="poison">Fill fresh memory with NaN first, so that an element left unwritten shows.</param>
    public static A Run<A>(Func<A> step, bool poison = false)
    {
        using var scope = Enter(poison);
        var result = step();
        scope.Leave();
        return result is IPromotable<A> promotable ? promotable.Promote() : result;
    }

    /// <summary>Enters a region until the scope is disposed: <see cref="Run{A}(Func{A}, bool)"/> for code that cannot be a lambda because it holds spans.</summary>
    internal static Scope Enter(bool poison = false)
    {
        var region = s_spare ?? new Region();
        s_spare = region._outer;
        (region._outer, region._poison) = (s_current, poison);
        s_current = region;
        return new(region);
    }

    /// <summary>Makes what is kept for longer than a step, in ordinary memory wherever the thread is.</summary>
    internal static A Outside<A>(Func<A> make)
    {
        var current = s_current;
        s_current = null;
        try
        {
            return make();
        }
        finally
        {
            s_current = current;
        }
    }

    /// <summary>A stay in a region.</summary>
    internal readonly ref struct Scope(Region region)
    {
        private readonly Region? _outer = region._outer;

        /// <summary>Makes new tensors outside again, while those of the region can still be read.</summary>
        public void Leave() => s_current = _outer;

        public void Dispose()
        {
            s_current = _outer;
            region.Reclaim();
        }
    }

    /// <summary>Runs a step that may fail; what it gives when it succeeds is promoted.</summary>
    public static Fin<A> Run<A>(Func<Fin<A>> step, bool poison = false) where A : IPromotable<A> =>
        Run<Fin<A>>(() => step().Map(value => value.Promote()), poison);

    /// <summary>Memory for <paramref name="length"/> numbers, valid until the region ends.</summary>
    internal T[] Take<T>(int length, out int offset) where T : struct, IFloatingPointIeee754<T>
    {
        var arena = Find<T>();
        var array = arena.Take(length, out offset);
        if (_poison) array.AsSpan(offset, length).Fill(T.NaN);
        return array;
    }

    private Arena<T> Find<T>() where T : struct, IFloatingPointIeee754<T>
    {
        foreach (var arena in _arenas)
            if (arena is Arena<T> found) return found;
        var made = new Arena<T>();
        _arenas.Add(made);
        return made;
    }

    private void Reclaim()
    {
        foreach (var arena in _arenas) arena.Reset();
        // A stamp is never used twice: a region whose stamps have run out is left to the garbage collector.
        if (Generation++ == int.MaxValue - 1) return;
        _outer = s_spare;
        s_spare = this;
    }
}
