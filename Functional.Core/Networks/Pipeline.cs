using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// A description of a network under construction that yields an <typeparamref name="A"/>: a state monad over the draft of a
/// network, written in LINQ. Nothing happens until <see cref="PipelineBuild.Build(Pipeline{Wire})"/> runs it; mistakes
/// do not stop it but are collected.
/// </summary>
/// <remarks>Laws, up to equality of the built networks: <c>Return(a).SelectMany(f) = f(a)</c>; <c>p.SelectMany(Return) = p</c>;
/// <c>p.SelectMany(f).SelectMany(g) = p.SelectMany(x =&gt; f(x).SelectMany(g))</c>; and building is a function: a pipeline built twice gives equal networks.</remarks>
public sealed class Pipeline<A>
{
    private readonly Func<Draft, (Draft Draft, A Value)> _run;

    internal Pipeline(Func<Draft, (Draft, A)> run) => _run = run;

    internal (Draft Draft, A Value) Run(Draft draft) => _run(draft);

    /// <summary>The pipeline with its value changed by a function.</summary>
    public Pipeline<B> Select<B>(Func<A, B> function) => new(draft =>
    {
        var (next, value) = _run(draft);
        return (next, function(value));
    });

    /// <summary>This pipeline, then the one that a function makes of its value.</summary>
    public Pipeline<B> SelectMany<B>(Func<A, Pipeline<B>> next) => new(draft =>
    {
        var (after, value) = _run(draft);
        return next(value).Run(after);
    });

    /// <summary>The form that LINQ's second <c>from</c> takes.</summary>
    public Pipeline<C> SelectMany<B, C>(Func<A, Pipeline<B>> next, Func<A, B, C> project) =>
        SelectMany(first => next(first).Select(second => project(first, second)));
}

/// <summary>Makes pipelines.</summary>
public static class Pipeline
{
    /// <summary>The pipeline that adds nothing and yields a value.</summary>
    public static Pipeline<A> Return<A>(A value) => new(draft => (draft, value));

    /// <summary>Runs pipelines one after another and yields their values.</summary>
    public static Pipeline<Seq<A>> Sequence<A>(IEnumerable<Pipeline<A>> pipelines) => new(draft =>
    {
        var values = Seq<A>();
        foreach (var pipeline in pipelines)
        {
            (draft, var value) = pipeline.Run(draft);
            values = values.Add(value);
        }
        return (draft, values);
    });

    /// <summary>Runs a pipeline for each item, each from the value of the one before; a loop, so that length costs no stack.</summary>
    public static Pipeline<A> Fold<A, TItem>(A start, IEnumerable<TItem> items, Func<A, TItem, Pipeline<A>> next) => new(draft =>
    {
        var value = start;
        foreach (var item in items) (draft, value) = next(value, item).Run(draft);
        return (draft, value);
    });

    /// <summary>This wire through a layer: <c>Input(64) >> Dense(10)</c> by name.</summary>
    public static Pipeline<Wire> Then(this Pipeline<Wire> pipeline, Layer layer) => pipeline.SelectMany(layer.On);

    /// <summary>The only output of a layer.</summary>
    internal static Pipeline<Wire> Single(this Pipeline<Seq<Wire>> outputs, Layer layer) => new(draft =>
    {
        var (next, wires) = outputs.Run(draft);
        if (wires.Count == 1) return (next, wires[0]);
        next = next.Fail(new Fault($"{wires.Count} outputs", "a layer with one output here", "use OnAll to take them all", draft.Free(layer.Kind, layer.Name)));
        return (next, next.BrokenWire());
    });

    extension(Pipeline<Wire>)
    {
        /// <summary>This wire through a layer.</summary>
        public static Pipeline<Wire> operator >>(Pipeline<Wire> pipeline, Layer layer) => pipeline.Then(layer);

        /// <summary>This wire through a layer that needs no settings.</summary>
        public static Pipeline<Wire> operator >>(Pipeline<Wire> pipeline, Func<Layer> layer) => pipeline.Then(layer());
    }
}
