using FsCheck;
using FsCheck.Fluent;
using Functional.Core;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests;

/// <summary>A batch size with the sizes of a layer's input and output.</summary>
public sealed record Dims(int Batch, int In, int Out);

/// <summary>What properties are tried at: keys, from which values follow, and small sizes. Name it in <c>[Properties(Arbitrary = …)]</c>.</summary>
public static class Small
{
    public static Arbitrary<Key> Keys() => ArbMap.Default.GeneratorFor<ulong>().Select(seed => new Key(seed)).ToArbitrary();

    public static Arbitrary<Dims> Sizes() =>
        (from batch in Gen.Choose(1, 4) from width in Gen.Choose(1, 6) from units in Gen.Choose(1, 6) select new Dims(batch, width, units)).ToArbitrary();

    public static Arbitrary<Shape> Shapes() =>
        (from rank in Gen.Choose(0, 4) from sizes in Gen.ListOf(Gen.Choose(1, 4), rank) select Shape.Of([.. sizes])).ToArbitrary();

    /// <summary>Standard normal numbers.</summary>
    public static Tensor<double> Normal(this Key key, Shape shape) => CaseMaker.Values(key, shape, ValueFamily.Normal, ValueKind.Real);

    /// <summary>Rows of positive numbers that sum to 1.</summary>
    public static Tensor<double> Distribution(this Key key, Shape shape) => CaseMaker.Values(key, shape, ValueFamily.Normal, ValueKind.Distribution);

    /// <summary>Numbers between 0 and 1.</summary>
    public static Tensor<double> Probability(this Key key, Shape shape) => CaseMaker.Values(key, shape, ValueFamily.Normal, ValueKind.Probability);
}

/// <summary>What tests say often.</summary>
internal static class Given
{
    /// <summary>The network; a test that builds one with mistakes fails with their text.</summary>
    public static Network Built(this Pipeline<Wire> pipeline) => pipeline.Build().Value();

    public static string ParameterNames(this Network network) => string.Join(", ", network.Layout.Entries.Map(entry => entry.Name));

    public static A Value<A>(this Validation<Fault, A> validation) => validation.ToFin().ThrowIfFail();

    public static A Value<A>(this Fin<A> fin) => fin.ThrowIfFail();

    /// <summary>The mistakes, each on a line.</summary>
    public static string Faults<A>(this Validation<Fault, A> validation) => string.Join("\n", validation.FaultList());

    public static Seq<Fault> FaultList<A>(this Validation<Fault, A> validation) => validation.Match(_ => Seq<Fault>(), faults => faults);

    public static Fault Fault<A>(this Fin<A> fin) => Assert.IsType<Fault>(fin.Match<object>(value => value!, error => error));

    /// <summary>A layer's outputs.</summary>
    public static Tensors<T> Run<T>(this Layer layer, Tensors<T> inputs, Tensors<T> parameters = default) where T : struct, System.Numerics.IFloatingPointIeee754<T> =>
        layer.At<T>().Forward(new ForwardCall<T>(inputs, parameters)).Outputs;

    /// <summary>A layer's gradients, (δx, δw), for the gradients of its outputs.</summary>
    public static BackwardResult<T> Back<T>(this Layer layer, Tensors<T> inputs, Tensors<T> outputGradients, Tensors<T> parameters = default)
        where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        var function = layer.At<T>();
        return function.Backward(new BackwardCall<T>(outputGradients, function.Forward(new ForwardCall<T>(inputs, parameters)).Saved, parameters));
    }

    /// <summary>A matrix by its definition.</summary>
    public static Tensor<double> Matrix(int rows, int columns, Func<int, int, double> element) => Tensor.Build<double>([rows, columns], index => element(index[0], index[1]));

    /// <summary>Σₖ term(k) for k below a count.</summary>
    public static double Sum(int count, Func<int, double> term) => Enumerable.Range(0, count).Sum(term);

    /// <summary>Numbers to draw the cases of a theory from, as many as said times <c>FUNCTIONAL_CASES</c>.</summary>
    public static TheoryData<int> Seeds(int count) => [.. Enumerable.Range(0, Verify.Scaled(count))];

    /// <summary>Equal to a relative error, measured by the largest element of its tensor.</summary>
    public static void Near(Tensor<double> expected, Tensor<double> actual, double tolerance = 1e-12)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        double scale = expected.ToArray().Append(0).Max(Math.Abs);
        for (int i = 0; i < expected.Size; i++)
            Assert.True(Math.Abs(expected.Span[i] - actual.Span[i]) <= tolerance * Math.Max(scale, 1e-300), $"element {i}: expected {expected.Span[i]:R}, got {actual.Span[i]:R}");
    }
}
