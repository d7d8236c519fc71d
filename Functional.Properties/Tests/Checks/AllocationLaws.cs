using Functional.Core;
using Functional.Core.Kernels;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;

namespace Functional.Properties.Tests.Checks;

/// <summary>
/// Each layer and loss by itself, forward and backward in a region, at sizes that are shared out among the threads, allocates at most 256 bytes; a layer that is made of
/// others as many times that as there are layers in it.
/// </summary>
[Collection("Alone")]
public sealed class AllocationLaws(ITestOutputHelper output) : IDisposable
{
    private const int BytesALayer = 256;

    private readonly int _before = Workers.Count;

    public void Dispose() => Workers.Count = _before;

    public static TheoryData<string> Names => CatalogLaws.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_layer_allocates_at_most_256_bytes_a_step(string name)
    {
        var entry = LayerCatalog.Of(name);
        var (drawn, needs) = entry.Draw(new Key(6));
        var wide = needs.Map(shape => shape.Rank > 0 ? shape.With(shape.Rank - 1, 66) : shape).Strict();
        var inputs = drawn.Outputs(wide).IsSucc ? wide : needs;
        int batch = Math.Min(700, 1 + 5 * Chunks.Grain / 4 / inputs.Max(shape => shape.Size));
        var x = Probe.Lift<float>(CaseMaker.Make(drawn, inputs, batch, new Key(7).For(name), kinds: entry.Kinds).Inputs);

        var network = Of(drawn, inputs);
        var engine = network.Engine<float>();
        var (tape, back) = (engine.RentTape(), engine.RentBackTape());
        var parameters = network.Initialize<float>(new Key(1));
        var state = network.InitializeState<float>();
        parameters.CopyTo(tape.Parameters);
        new Gradients<float>(network.Layout, Tensor.Zeros<float>(parameters.Values.Shape)).CopyTo(back.Destinations);
        Tensors<float> dy = [.. network.OutputShapes.Map(shape => Tensor.Filled<float>(shape.Batched(batch), 0.5f))];

        void Steps(int count)
        {
            for (int i = 0; i < count; i++)
            {
                using var region = Region.Enter();
                state.CopyTo(tape.State);
                engine.Forward(tape, x, Mode.Train, new Key(3));
                engine.Backward(tape, back, dy, Mode.Train, new Key(3), wantInputs: true);
                tape.ClearRun();
                back.ClearRun();
            }
        }

        int layers = Layers(network);
        Workers.Count = 2;
        double bytes = Garbage.BytesATime(Steps, enough: BytesALayer * layers) / layers;
        output.WriteLine($"{name}, batch {batch}: {bytes:N0} bytes a layer of {layers}");
        Assert.InRange(bytes, 0, BytesALayer);
    }

    private static int Layers(Network network) => network.Nodes.Sum(node => node.Layer is WrappedLayer wrapped ? 1 + Layers(Of(wrapped.Inner, node.InputShapes)) : 1);

    private static Network Of(Layer layer, Seq<Shape> inputs) =>
        Pipeline.Sequence(inputs.Map(shape => Functional.Core.Layers.Input(shape))).SelectMany(layer.OnAll).Build().ToFin().ThrowIfFail();
}
