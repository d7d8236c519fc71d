using Functional.Core;
using Functional.Core.Kernels;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.Checks;

/// <summary>Every layer and loss gives the same bits for any number of threads, at sizes that are shared out among them.</summary>
[Collection("Workers")]
public class ThreadLaws
{
    public static TheoryData<string> Names => CatalogLaws.Names;

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
        var at = CaseMaker.Make(layer, inputs, batch, new Key(7).For(name), kinds: entry.Kinds);
        int before = Workers.Count;
        try
        {
            var (floats, doubles) = (Run<float>(at, 1), Run<double>(at, 1));
            foreach (int count in new[] { 2, 3, 8 })
            {
                Assert.Equal(floats, Run<float>(at, count));
                Assert.Equal(doubles, Run<double>(at, count));
            }
        }
        finally
        {
            Workers.Count = before;
        }
    }

    private static Tensors<T>[] Run<T>(LayerCase at, int workers) where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        Workers.Count = workers;
        var (layer, parameters) = (at.Layer.At<T>(), Probe.Lift<T>(at.Parameters));
        var forward = layer.Forward(new(Probe.Lift<T>(at.Inputs), parameters, Probe.Lift<T>(at.State), at.Mode, at.Key));
        Tensors<T> dy = [.. forward.Outputs.Select((output, i) => Probe.Draw(at.Key.Split((ulong)i), output.Shape).To<double, T>())];
        var back = layer.Backward(new(dy, forward.Saved, parameters, at.Mode, at.Key));
        return [forward.Outputs, forward.State, back.Inputs, back.Parameters];
    }
}
