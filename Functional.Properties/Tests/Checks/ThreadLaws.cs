using System.Runtime.CompilerServices;
using Functional.Core;
using Functional.Core.Kernels;
using Functional.Properties.Tests.PlantedBugs;
using LanguageExt;
using Xunit;
using static Functional.Core.Layers;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.Checks;

/// <summary>Every layer, loss, optimizer and random network gives the same bits for any number of threads, at sizes that are shared out among them.</summary>
[Collection("Workers")]
public class ThreadLaws
{
    public static TheoryData<string> Names => CatalogLaws.Names;

    public static TheoryData<int> Optimizers => [.. Enumerable.Range(0, OptimizerCatalog.All.Length)];

    public static TheoryData<int> Seeds => Given.Seeds(6);

    [Theory]
    [MemberData(nameof(Names))]
    public void One_thread_gives_the_bits_of_many(string name)
    {
        var entry = LayerCatalog.Of(name);
        var (drawn, needs) = entry.Draw(new Key(6));
        var layer = drawn is DenseLayer dense ? dense with { Units = 70 } : drawn;
        var wide = needs.Map(shape => shape.Rank > 0 ? shape.With(shape.Rank - 1, 66) : shape).Strict();
        var inputs = layer.Outputs(wide).IsSucc ? wide : needs;
        int batch = Math.Min(2000, 1 + 5 * Chunks.Grain / 4 / inputs.Max(shape => shape.Size));
        Holds(CaseMaker.Make(layer, inputs, batch, new Key(7).For(name), kinds: entry.Kinds), $"(name: \"{name}\")");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Networks_give_the_bits_of_one_thread(int seed)
    {
        // So many examples that even a wire of width 1 is shared out.
        var recipe = RecipeMaker.Make(new Key((ulong)seed).For("threads"), 6) with { Batch = Chunks.Grain + 37, Family = ValueFamily.Normal };
        Holds(recipe.Case(), $"(seed: {seed})");
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Optimizers_give_the_bits_of_one_thread(int number)
    {
        // A long parameter by itself and a stretch of shorter ones, each shared out.
        var network = (Input(250) >> Dense(300) >> Tanh >> Dense(150)).Build().Value();
        Assert.Equal([(0, 75_000, 250), (75_000, 45_450, 1)], network.Layout.Stretches.ToArray());
        Assert.All(network.Layout.Stretches.ToArray(), stretch => Assert.True(stretch.Count > Chunks.Grain));
        Assert.Empty(Differing<float>());
        Assert.Empty(Differing<double>());

        int[] Differing<T>() where T : struct, System.Numerics.IFloatingPointIeee754<T>
        {
            var (optimizer, start) = (OptimizerCatalog.All[number], network.Initialize<T>(new Key(8)));
            Gradients<T>[] gradients = [.. Enumerable.Range(0, 3).Select(i => new Gradients<T>(network.Layout, Probe.Draw(new Key(9).Split((ulong)i), start.Values.Shape).To<double, T>()))];
            return ThreadLaw.Differing<T>(() =>
            {
                var (parameters, state) = gradients.Aggregate((start, optimizer.Init(start)), (at, gradient) => optimizer.Update(at.Item1, gradient, at.Item2));
                return [parameters.Values, state.Slots];
            });
        }
    }

    [Fact]
    public void A_result_that_depends_on_the_threads_is_noticed()
    {
        var at = CaseMaker.Make(new RightDense(3), Seq1(Shape.Of(4)), 5, new Key(1));
        Assert.Empty(ThreadLaw.Differing<double>(at));
        Assert.Equal([2, 3, 8], ThreadLaw.Differing<double>(at with { Layer = new CountOfThreads() }));
        Assert.Equal([2, 3, 8], ThreadLaw.Differing<float>(at with { Layer = new CountOfThreads() }));
        Assert.Equal([2, 3, 8], ThreadLaw.Differing<double>(at with { Layer = new SignOfZero() }));
        // A sum in as many parts as there are threads: nothing but its rounding gives it away.
        Assert.NotEmpty(ThreadLaw.Differing<float>(CaseMaker.Make(new SumByThreads(), Seq1(Shape.Of(4)), 1000, new Key(2))));
        Verify.Layer(new SumByThreads(), [4]);
    }

    // Of so many numbers only the test that makes them again is told.
    private static void Holds(LayerCase at, string arguments, [CallerMemberName] string test = "")
    {
        int[] floats = ThreadLaw.Differing<float>(at), doubles = ThreadLaw.Differing<double>(at);
        Assert.True(
            floats.Length + doubles.Length == 0,
            $"other bits than on one thread, at float on {string.Join(", ", floats)}, at double on {string.Join(", ", doubles)}\n{Laws.Replay(arguments, test)}");
    }

    private sealed record CountOfThreads() : Spoilt(new RightDense(3))
    {
        protected override ForwardResult<T> Forward<T>(Differentiable<T> right, in ForwardCall<T> call)
        {
            var result = right.Forward(call);
            return result with { Outputs = Edit(result.Outputs[0], (_, y) => y * T.CreateChecked(Workers.Count)) };
        }
    }

    private sealed record SignOfZero() : Spoilt(new RightDense(3))
    {
        protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call) =>
            right.Backward(call) with { Inputs = Tensor.Filled([call.Batch, 4], Workers.Count == 1 ? T.Zero : T.NegativeZero) };
    }

    private sealed record SumByThreads() : PlainDense(3)
    {
        protected override void BiasGradient<T>(Sizes s, ReadOnlySpan<T> dy, Span<T> db)
        {
            int parts = Workers.Count, size = (s.Batch + parts - 1) / parts;
            T[] part = new T[s.Outputs];
            db.Clear();
            for (int first = 0; first < s.Batch; first += size)
            {
                int count = Math.Min(size, s.Batch - first);
                base.BiasGradient(s with { Batch = count }, dy.Slice(first * s.Outputs, count * s.Outputs), part);
                for (int o = 0; o < s.Outputs; o++) db[o] += part[o];
            }
        }
    }
}
