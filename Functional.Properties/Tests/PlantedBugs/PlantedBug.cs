using Functional.Core;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.PlantedBugs;

/// <summary>A layer that is wrong on purpose, with the law that ought to notice.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Law">The law that ought to catch it.</param>
/// <param name="Entry">The layer as the default run meets it: at random sizes, batches and values, like the library's own.</param>
/// <param name="IsPureGradient">Whether it is a pure function with a wrong derivative, the one kind of bug that every gradient checker can express.</param>
public sealed record PlantedBug(string Name, Law Law, CatalogEntry Entry, bool IsPureGradient = true)
{
    /// <summary>How many cases the default run tries.</summary>
    public const int DefaultCases = 100;

    /// <summary>The points of the default run.</summary>
    public IEnumerable<LayerCase> Cases => Enumerable.Range(0, DefaultCases).Select(i => Entry.Case(new Key(7).For(Name).Split((ulong)i)));

    /// <summary>A bug in a layer of one vector.</summary>
    public static PlantedBug Vector(string name, Law law, Func<Key, Layer> layer, ValueKind kind = ValueKind.Real) =>
        new(name, law, new CatalogEntry(name, key => (layer(key), Seq1(Shape.Of(Size(key, 0)))), Seq1(kind)));

    /// <summary>A bug in a function of each element.</summary>
    public static PlantedBug Elementwise<TFunction>(string name, Law law, ValueKind kind = ValueKind.Real) where TFunction : struct, IElementwise =>
        Vector(name, law, _ => new ElementwiseLayer<TFunction>(), kind);

    /// <summary>A bug in a layer of two vectors of one size.</summary>
    public static PlantedBug Pair(string name, Law law, Func<Key, Layer> layer, ValueKind first = ValueKind.Real, ValueKind second = ValueKind.Real) =>
        new(name, law, new CatalogEntry(name, key => (layer(key), Seq(Shape.Of(Size(key, 0)), Shape.Of(Size(key, 0)))), Seq(first, second)));

    /// <summary>A bug in a layer of one matrix, such as a sequence of vectors.</summary>
    public static PlantedBug Matrix(string name, Law law, Func<Key, Layer> layer) =>
        new(name, law, new CatalogEntry(name, key => (layer(key), Seq1(Shape.Of(Size(key, 0), Size(key, 1)))), Seq1(ValueKind.Real)));

    /// <summary>The same bug as one that a checker of derivatives alone cannot express.</summary>
    public PlantedBug Impure => this with { IsPureGradient = false };

    /// <summary>A random width from 1 to 5.</summary>
    public static int Size(Key key, ulong place) => 1 + key.For("size").Below(5, place);
}
