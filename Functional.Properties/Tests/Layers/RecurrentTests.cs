using Functional.Core;
using Xunit;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests;

/// <summary>What masks, directions, states and stacks of recurrent layers come to, in terms of plainer layers.</summary>
public class RecurrentTests
{
    public static TheoryData<RecurrentLayer> Cells => [new RecurrentLayer<RnnCell>(3), new RecurrentLayer<GruCell>(3), new RecurrentLayer<LstmCell>(3)];

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_masked_sequence_gives_what_it_gives_without_its_padding(RecurrentLayer cell)
    {
        foreach (bool isReverse in new[] { false, true })
        {
            var layer = cell with { IsReverse = isReverse, HasFinal = true };
            var w = Weights(layer, 4);
            var x = Normal(new Key(2), [1, 6, 4]);
            var mask = Tensor.From<double>([1, 6], 1, 1, 1, 1, 0, 0);
            var padded = (layer with { IsMasked = true }).At<double>().Forward(new ForwardCall<double>([x, mask], w)).Outputs;
            var alone = layer.At<double>().Forward(new ForwardCall<double>(Tensor.From<double>([1, 4, 4], x.Span[..16]), w)).Outputs;
            Assert.Equal(alone[0].ToArray(), padded[0].ToArray()[..12]);
            Assert.All(padded[0].ToArray()[12..], y => Assert.Equal(0, y));
            for (int state = 1; state < alone.Count; state++) Assert.Equal(alone[state], padded[state]);
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_sequence_in_two_parts_gives_what_it_gives_in_one(RecurrentLayer cell)
    {
        var layer = cell with { HasFinal = true };
        var w = Weights(layer, 4);
        var x = Normal(new Key(3), [1, 5, 4]);
        var whole = layer.At<double>().Forward(new ForwardCall<double>(x, w)).Outputs;
        var first = layer.At<double>().Forward(new ForwardCall<double>(Tensor.From<double>([1, 2, 4], x.Span[..8]), w)).Outputs;
        Tensors<double> rest = [Tensor.From<double>([1, 3, 4], x.Span[8..]), .. first.Slice(1, first.Count - 1)];
        var second = (layer with { HasStart = true }).At<double>().Forward(new ForwardCall<double>(rest, w)).Outputs;
        Assert.Equal<double>(whole[0].ToArray(), first[0].ToArray().Concat(second[0].ToArray()));
        for (int state = 1; state < whole.Count; state++) Assert.Equal(whole[state], second[state]);
    }

    /// <summary>
    /// Cells whose widths fill vectors, at <c>float</c>, against the definition, which dual numbers run one by one: outputs and gradients to 10⁻⁵ of the largest.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void A_cell_of_several_vectors_is_its_definition(RecurrentLayer cell)
    {
        foreach (int width in new[] { 8, 13, 16, 25, 32, 40 })
        {
            var layer = cell with { Width = width, HasStart = true, HasFinal = true };
            var key = new Key((ulong)width);
            int states = layer.OutputCount - 1;
            Tensors<float> x = [Floats(key.For("x"), [3, 5, 4]), .. Enumerable.Range(0, states).Select(i => Floats(key.Split((ulong)i), [3, width]))];
            // Small enough that the gates do not saturate.
            Tensors<float> w = [.. layer.Parameters(LanguageExt.Prelude.Seq1(Shape.Of(5, 4))).Select((parameter, i) =>
                Floats(key.Split((ulong)(10 + i)), parameter.Shape).Map(number => number / 4))];
            Tensors<float> dy = [Floats(key.For("dy"), [3, 5, width]), .. Enumerable.Range(0, states).Select(i => Floats(key.Split((ulong)(20 + i)), [3, width]))];
            Near(layer.Run<Dual<double>>(Duals(x), Duals(w)), layer.Run<float>(x, w));
            var (expected, actual) = (layer.Back<Dual<double>>(Duals(x), Duals(dy), Duals(w)), layer.Back<float>(x, dy, w));
            Near(expected.Inputs, actual.Inputs);
            Near(expected.Parameters, actual.Parameters);
        }

        static Tensor<float> Floats(Key key, Shape shape) => Normal(key, shape).To<double, float>();
        static Tensors<Dual<double>> Duals(Tensors<float> tensors) => [.. tensors.Select(tensor => tensor.To<float, double>().Moving())];
        static void Near(Tensors<Dual<double>> expected, Tensors<float> actual)
        {
            Assert.Equal(expected.Count, actual.Count);
            for (int i = 0; i < actual.Count; i++) Given.Near(expected[i].Values(), actual[i].To<float, double>(), 1e-5);
        }
    }

    [Fact]
    public void A_stack_in_both_directions_is_its_layers_one_after_another()
    {
        var stack = Network.Of([5, 2], Lstm(3, layers: 2, isBidirectional: true)).ToFin().ThrowIfFail();
        Assert.Equal(Shape.Of(5, 6), stack.OutputShapes[0]);
        Assert.Equal(4, stack.Nodes.Count(node => node.Layer is RecurrentLayer<LstmCell>));
        Assert.Equal(2, stack.Nodes.Count(node => node.Layer is RecurrentLayer<LstmCell> { IsReverse: true }));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_stack_with_states_and_a_mask_is_its_layers_written_out(bool isBidirectional, bool isMasked)
    {
        var cell = new RecurrentLayer<LstmCell>(3) { HasStart = true, HasFinal = true, IsMasked = isMasked };
        int directions = isBidirectional ? 2 : 1, states = 2 * 2 * directions;
        var key = new Key(4);
        var x = Normal(key, [2, 5, 4]);
        Tensors<double> masks = isMasked ? [Tensor.From<double>([2, 5], 1, 1, 1, 1, 0, 1, 1, 0, 0, 0)] : default;
        Tensors<double> start = [.. Enumerable.Range(0, states).Select(i => Normal(key.Split((ulong)i), [2, 3]))];
        var stack = new RecurrentStackLayer(cell, 2, isBidirectional);
        Tensors<double> inputs = [x, .. masks, .. start];
        var shapes = LanguageExt.Prelude.toSeq(inputs.Select(input => input.Shape.Example)).Strict();
        Assert.Equal(LanguageExt.Prelude.Seq1(Shape.Of(5, 3 * directions)) + LanguageExt.Prelude.toSeq(Enumerable.Repeat(Shape.Of(3), states)), stack.Outputs(shapes).ThrowIfFail());
        Tensors<double> w = [.. stack.Parameters(shapes).Select((parameter, i) => Normal(key.Split((ulong)(100 + i)), parameter.Shape))];
        var actual = stack.At<double>().Forward(new ForwardCall<double>(inputs, w)).Outputs;

        List<Tensor<double>> final = [];
        for (int layer = 0; layer < 2; layer++)
        {
            List<Tensor<double>> ways = [];
            for (int way = 0; way < directions; way++)
            {
                int place = directions * layer + way;
                var one = (cell with { IsReverse = way == 1 }).At<double>()
                    .Forward(new ForwardCall<double>([x, .. masks, start[2 * place], start[2 * place + 1]], w.Slice(4 * place, 4))).Outputs;
                ways.Add(one[0]);
                final.AddRange([one[1], one[2]]);
            }
            x = isBidirectional ? Concat(-1).At<double>().Forward(new ForwardCall<double>([.. ways], default)).Outputs[0] : ways[0];
        }
        Assert.Equal([x, .. final], (IEnumerable<Tensor<double>>)actual);
    }

    [Fact]
    public void States_come_and_go_on_wires()
    {
        var network = (
            from x in Input(4, 2)
            from mask in Input("mask", 4)
            from first in LstmStates(x, 3, mask: mask)
            from second in LstmStates(x, 3, start: (first.H, first.C))
            select second.Y).Build().ToFin().ThrowIfFail();
        Assert.Equal(Shape.Of(4, 3), network.OutputShapes[0]);
    }

    [Fact]
    public void What_does_not_fit_is_said()
    {
        Assert.Contains("[length, width]", Fault(Lstm(3), [8]), StringComparison.Ordinal);
        Assert.Contains("a number for each step", Fault(Gru(3, isMasked: true), [8, 2], [7]), StringComparison.Ordinal);
    }

    private static string Fault(Layer layer, params Shape[] inputs) =>
        layer.Outputs(LanguageExt.Prelude.toSeq(inputs).Strict()).Match(_ => "", error => error.Message);

    private static Tensors<double> Weights(Layer layer, int inputs) =>
        [.. layer.Parameters(LanguageExt.Prelude.Seq1(Shape.Of(6, inputs))).Select((parameter, i) => Normal(new Key((ulong)i), parameter.Shape))];

    private static Tensor<double> Normal(Key key, Shape shape)
    {
        double[] numbers = new double[shape.Size];
        key.Normal<double>(numbers);
        return Tensor.From<double>(shape, numbers);
    }
}
