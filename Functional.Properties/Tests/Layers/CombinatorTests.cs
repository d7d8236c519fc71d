using Functional.Core;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Properties.Tests.Given;

namespace Functional.Properties.Tests;

/// <summary>Layers that run others: equal to what they stand for, as values or bit for bit.</summary>
public class CombinatorTests
{
    private static readonly Key s_key = new(11);

    [Fact]
    public void Remat_gives_the_very_bits_and_keeps_only_the_inputs()
    {
        var inner = Dense(5) >> Dropout(0.4) >> BatchNorm() >> Gelu >> Dense(2);
        var (plain, remat) = (Both(inner), Both(Remat(inner)));
        Assert.Equal(plain.Forward.Outputs, remat.Forward.Outputs);
        Assert.Equal(plain.Forward.State, remat.Forward.State);
        Assert.Equal(plain.Back.Inputs, remat.Back.Inputs);
        Assert.Equal(plain.Back.Parameters, remat.Back.Parameters);
        int Kept(ForwardResult<double> forward) => forward.Saved.Sum(tensor => tensor.Size);
        Assert.Equal(1 + 4 * 3 + 2 * 5, Kept(remat.Forward));
        Assert.True(Kept(plain.Forward) > 100);
    }

    [Fact]
    public void Remat_in_a_region_gives_the_very_bits()
    {
        var network = Network.Of([6], Remat(Dense(64) >> Tanh >> Dense(64) >> Tanh >> Dense(3))).Value();
        var objective = Objective.Of(network, Losses.EuclideanLoss()).Value();
        var parameters = network.Initialize<double>(s_key);
        var (x, t) = (s_key.Normal([16, 6]), s_key.Split(1).Normal([16, 3]));
        var outside = objective.ValueAndGradient(parameters, x, t).Value();
        var inside = Region.Run(() => objective.ValueAndGradient(parameters, x, t), poison: true).Value();
        Assert.Equal(outside.Gradients, inside.Gradients);
        Assert.Equal(outside.Value, inside.Value);
    }

    [Fact]
    public void Frozen_layers_pass_gradients_on_and_have_none()
    {
        var inner = Dense(5) >> Tanh;
        var (plain, frozen) = (Both(inner), Both(Frozen(inner)));
        Assert.Equal(plain.Forward.Outputs, frozen.Forward.Outputs);
        Assert.Equal(plain.Back.Inputs, frozen.Back.Inputs);
        Assert.All(frozen.Back.Parameters, gradient => Assert.All(gradient.ToArray(), g => Assert.Equal(0, g)));
        Assert.NotEqual(0, plain.Back.Parameters[0].Span[0]);

        var network = Network.Of([3], Frozen(Dense(4)) >> Dense(2)).Value();
        var objective = Objective.Of(network, Losses.EuclideanLoss()).Value();
        var start = objective.Start<double>(Optimizers.Adam(0.1), s_key);
        var next = objective.Step(Optimizers.Adam(0.1), start, new Batch<double>(s_key.Normal([4, 3]), s_key.Normal([4, 2]))).Value();
        Assert.Equal(start.Parameters["frozen1.weight"], next.Parameters["frozen1.weight"]);
        Assert.NotEqual(start.Parameters["dense1.weight"], next.Parameters["dense1.weight"]);
    }

    [Fact]
    public void What_is_only_in_training_is_not_there_in_inference()
    {
        var network = Network.Of([4], OnlyInTraining(Dense(4))).Value();
        var parameters = network.Initialize<double>(s_key);
        var x = s_key.Normal([3, 4]);
        Assert.Equal(x, network.Forward(parameters, x).Value()[0]);
        Assert.NotEqual(x, network.Forward(parameters, x, new(null, Mode.Train)).Value()[0]);
        Assert.Contains("the shapes that go in", Network.Of([4], OnlyInTraining(Dense(3))).Faults());
    }

    [Fact]
    public void Repetition_is_the_layer_written_out()
    {
        var repeated = Network.Of([3], Repeat(3, Dense(3) >> Tanh)).Value();
        var written = Network.Of([3], Dense(3) >> Tanh >> Dense(3) >> Tanh >> Dense(3) >> Tanh).Value();
        Assert.Equal(written.Layout.Size, repeated.Layout.Size);
        var values = s_key.Normal(written.Initialize<double>(s_key).Values.Shape);
        var x = s_key.Normal([2, 3]);
        Assert.Equal(written.Forward(new Parameters<double>(written.Layout, values), x).Value(), repeated.Forward(new Parameters<double>(repeated.Layout, values), x).Value());

        var shared = Network.Of([3], RepeatShared(3, Dense(3) >> Tanh)).Value();
        Assert.Equal(12, shared.Layout.Size);
        var same = new Parameters<double>(shared.Layout, values.Slice(0, 12));
        var thrice = new Parameters<double>(written.Layout, Tensor.From<double>([36], [.. Enumerable.Repeat(same.Values.ToArray(), 3).SelectMany(v => v)]));
        Assert.Equal(written.Forward(thrice, x).Value(), shared.Forward(same, x).Value());
    }

    [Fact]
    public void Branches_are_the_wires_written_out()
    {
        var line = Network.Of([3], Branches(Dense(2), Tanh())).Value();
        var parameters = line.Initialize<double>(s_key);
        var x = s_key.Normal([2, 3]);
        var y = line.Forward(parameters, x).Value()[0];
        Assert.Equal([5], y.Shape.Example);
        Assert.Equal(Dense(2).Run<double>(x, parameters.All)[0][1, 1], y[1, 1]);
        Assert.Equal(Math.Tanh(x[1, 2]), y[1, 4], 1e-15);
        Assert.Contains("1 branches", Network.Of([3], Branches(Tanh())).Faults());
    }

    [Fact]
    public void What_is_only_in_training_passes_gradients_on_in_inference_and_its_parameters_get_zeros()
    {
        var inner = Dense(3) >> BatchNorm();
        var plain = Both(inner, Mode.Train);
        var (train, rest) = (Both(OnlyInTraining(inner), Mode.Train), Both(OnlyInTraining(inner), Mode.Inference));
        Assert.Equal(plain.Forward.Outputs, train.Forward.Outputs);
        Assert.Equal(plain.Forward.State, train.Forward.State);
        Assert.NotEqual(rest.Forward.State, train.Forward.State);
        Assert.Equal(plain.Back.Inputs, train.Back.Inputs);
        Assert.Equal(plain.Back.Parameters, train.Back.Parameters);
        Assert.Equal(Tensor.Filled<double>([3], 0.5), rest.Forward.State[0]);
        Assert.Equal(s_key.Normal([4, 3]), rest.Forward.Outputs[0]);
        Assert.Equal(s_key.Split(99).Normal([4, 3]), rest.Back.Inputs[0]);
        Assert.Equal(4, rest.Back.Parameters.Count);
        Assert.All(rest.Back.Parameters, gradient => Assert.All(gradient.ToArray(), g => Assert.Equal(0, g)));
    }

    [Fact]
    public void A_layer_mixes_examples_where_one_within_does_and_gives_what_its_last_gives()
    {
        var (mixes, plain) = (BatchNorm(), Tanh());
        foreach (var around in new Func<Layer, Layer>[]
        {
            inner => inner >> Relu, inner => Relu() >> inner, Residual, Remat, Frozen, OnlyInTraining, inner => Repeat(2, inner), inner => RepeatShared(2, inner),
            inner => Branches(inner, Relu()), inner => Branches(Relu(), inner), inner => BranchesInto(Add() >> inner, Relu(), Relu()),
        })
        {
            Assert.True(around(mixes).MixesExamples);
            Assert.False(around(plain).MixesExamples);
        }
        var parts = Split(1, 2);
        foreach (var two in new[] { parts, Dense(3) >> parts, Remat(parts), Frozen(parts), Repeat(1, parts), BranchesInto(Add() >> parts, Relu(), Relu()) })
            Assert.Equal(2, two.OutputCount);
        Assert.Equal(1, Repeat(0, parts).OutputCount);
        Assert.Equal(1, Identity().OutputCount);
        Assert.Equal(1, (parts >> Concat()).OutputCount);
        Assert.Equal(3, new RecurrentLayer<LstmCell>(2) { HasFinal = true }.OutputCount);
        Assert.Equal(1, new RecurrentLayer<LstmCell>(2).OutputCount);
        Assert.Equal(1 + 2 * 3 * 2, new RecurrentStackLayer(new RecurrentLayer<LstmCell>(2) { HasFinal = true }, 3, true).OutputCount);
        Assert.Equal(1 + 3, new RecurrentStackLayer(new RecurrentLayer<GruCell>(2) { HasFinal = true }, 3, false).OutputCount);
        Assert.Equal(1, new RecurrentStackLayer(new RecurrentLayer<GruCell>(2), 3, true).OutputCount);
    }

    [Fact]
    public void A_chain_is_flat_but_for_what_has_a_name()
    {
        Assert.Equal(Dense(2) >> (Tanh() >> Relu), Dense(2) >> Tanh() >> Relu);
        Assert.Equal(Dense(2), Identity() >> Dense(2));
        Assert.Equal(Dense(2), Dense(2) >> Identity());
        Assert.Equal(Dense(2) >> Tanh, Dense(2).Then(Tanh()));
        Assert.Equal(2, Assert.IsType<ChainLayer>(Dense(2) >> (Tanh() >> Relu).Named("end")).Parts.Count);
        Assert.Equal("end/tanh1, end/relu1", string.Join(", ", Network.Of([2], (Tanh() >> Relu).Named("end")).Value().Nodes.Map(node => node.Path)));
    }

    private static (ForwardResult<double> Forward, BackwardResult<double> Back) Both(Layer layer, Mode mode = Mode.Train)
    {
        var shapes = LanguageExt.Prelude.Seq1(Shape.Of(3));
        var x = s_key.Normal([4, 3]);
        Tensors<double> w = [.. layer.Parameters(shapes).Select((entry, i) => s_key.Split((ulong)i).Normal(entry.Shape))];
        Tensors<double> state = [.. layer.States(shapes).Select(entry => Tensor.Filled(entry.Shape, 0.5))];
        var function = layer.At<double>();
        var forward = function.Forward(new ForwardCall<double>(x, w, state, mode, s_key));
        return (forward, function.Backward(new BackwardCall<double>(s_key.Split(99).Normal(forward.Outputs[0].Shape), forward.Saved, w, mode, s_key)));
    }
}
