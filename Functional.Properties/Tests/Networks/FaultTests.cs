using Functional.Core;
using LanguageExt;
using Xunit;
using static Functional.Core.Layers;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests;

/// <summary>Every mistake in a network is a value: with the path, what was given, what was needed, and the fix where there is one.</summary>
public class FaultTests
{
    private static void Reports(string expected, Pipeline<Wire> pipeline) => Assert.Equal(expected, pipeline.Build().Faults());

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void A_size_of_0_or_below(int size)
    {
        Reports($"dense1: got units {size}, needed units of at least 1.", Input(4) >> Dense(size));
        Reports($"input1: got [2, {size}] has a size of 0 or below, needed a shape of positive sizes.", Input(2, size) >> Dense(3));
        Reports($"split1: got part size {size}, needed part size of at least 1.", from x in Input(4) from parts in Split(x, 4 - size, size) select parts[1]);
        Reports($"reshape1: got [4, {size}] has a size of 0 or below, needed a shape of positive sizes.", Input(4) >> Reshape([4, size]));
    }

    [Fact]
    public void Inputs_of_different_shapes()
    {
        foreach (var (kind, layer) in new[] { ("add", Add()), ("subtract", Subtract()), ("multiply", Multiply()) })
            Reports(
                $"{kind}1: got [3] and [4], needed inputs of one shape (a Dense(3) on the other would give it that size).",
                from x in Input(3) from y in Input(4) from z in layer.On(x, y) select z);
        Reports(
            "add1: got [2, 3] and [6], needed inputs of one shape (the sizes agree: Reshape to [2, 3]).",
            from x in Input(2, 3) from y in Flatten(x) from z in Add(x, y) select z);
        Reports(
            "residual1/add1: got [3] and [5], needed inputs of one shape (a Dense(3) on the other would give it that size).",
            Input(3) >> Residual(Dense(5)));
    }

    [Fact]
    public void Axes_and_sizes_that_do_not_fit()
    {
        Reports(
            "concat1: got [2, 3] and [2, 4], needed inputs that agree in every axis but 0 (Flatten them first to join all their elements).",
            from x in Input(2, 3) from y in Input(2, 4) from z in Concat(x, y) select z);
        Reports("concat1: got axis 1 for shape [3], needed an axis from -1 to 0.", from x in Input(3) from z in Concat(1).On(x, x) select z);
        Reports("concat1: got a number [], needed a vector or more axes (Reshape it to [1]).", from x in Input(Shape.Scalar) from z in Concat(x, x) select z);
        Reports("split1: got axis -2 for shape [4], needed an axis from -1 to 0.", from x in Input(4) from z in SplitAlong(-2, 2, 2).OnAll(Seq1(x)) select z[0]);
        Reports("split1: got a number [], needed a vector or more axes (Reshape it to [1]).", from x in Input(Shape.Scalar) from z in Split(x, 1) select z[0]);
        Reports("reshape1: got shape [5] of 5 elements, needed 6 elements for [2, 3].", Input(5) >> Reshape([2, 3]));
        foreach (var (kind, layer) in new[] { ("dense", Dense(2)), ("softmax", Softmax()), ("logsoftmax", LogSoftmax()) })
            Reports($"{kind}1: got a number [], needed a vector or more axes (Reshape it to [1]).", Input(Shape.Scalar) >> layer);
    }

    [Fact]
    public void A_split_that_does_not_add_up()
    {
        Reports(
            "split1: got parts 2 + 1 = 3, needed parts that add up to 5, axis 0 of [5] (a last part of 2 is missing).",
            from x in Input(5) from parts in Split(x, 2, 1) select parts[0]);
        Reports(
            "split1: got parts 4 + 4 = 8, needed parts that add up to 5, axis 0 of [5].",
            from x in Input(5) from parts in Split(x, 4, 4) select parts[0]);
        Reports("split1: got no sizes, needed at least one.", from x in Input(5) from parts in Split(x) select x);
    }

    [Fact]
    public void Wrong_numbers_of_inputs_and_outputs()
    {
        Reports("dense1: got 2 inputs ([3], [3]), needed 1.", from x in Input(3) from z in Dense(2).On(x, x) select z);
        Reports("add1: got 1 inputs, needed two or more of one shape.", Input(3) >> Add);
        Reports("subtract1: got 3 inputs ([3], [3], [3]), needed 2.", from x in Input(3) from z in Subtract().On(x, x, x) select z);
        Reports("concat1: got 1 inputs, needed two or more.", Input(3) >> Concat());
        Reports("split1: got 2 outputs, needed a layer with one output here (use OnAll to take them all).", Input(4) >> SplitAlong(0, 2, 2));
        Reports("residual1: got 2 inputs, needed 1.", from x in Input(3) from y in Residual(Add()).On(x, x) select y);
        Reports(
            "residual1/split1: got 2 outputs, needed a layer with one output here (use OnAll to take them all).",
            from x in Input(4) from y in Residual(x, SplitAlong(0, 2, 2)) select y);
        Reports(
            "euclideanloss1: got a prediction of shape [3] and a target of shape [4], needed one shape for both.",
            from x in Input(3) from t in Input(4) from e in Losses.EuclideanLoss(x, t) select e);
    }

    [Fact]
    public void A_wire_of_another_pipeline()
    {
        Wire? stray = null;
        (from x in Input(3) from y in Dense(x, 3) select stray = y).Build();
        const string Got = "got a wire of shape [3] of another pipeline, needed wires of this pipeline";
        Reports($"add1: {Got} (take the wire from a 'from' of the same query).", from x in Input(3) from sum in Add(x, stray!) select sum);
        Reports($"residual1/dense1: {Got} (take the wire from a 'from' of the same query).\nresidual1/add1: {Got} (take the wire from a 'from' of the same query).",
            from x in Input(3) from sum in Residual(stray!, Dense(3)) select sum);
        Reports($"output: {Got} (select a wire of the same query).", from x in Input(3) select stray!);
    }

    [Fact]
    public void The_same_pipeline_built_again_is_another_pipeline()
    {
        Wire? stray = null;
        var pipeline = from x in Input(3) from sum in stray is null ? Identity().On(x) : Add(x, stray) select stray = sum;
        Assert.True(pipeline.Build().IsSuccess);
        Assert.Contains("of another pipeline", pipeline.Build().Faults());
    }

    [Fact]
    public void A_shared_layer_of_another_pipeline()
    {
        Func<Wire, Pipeline<Wire>>? stray = null;
        (from x in Input(3) from s in Shared(Dense(3)) select (stray = s) is null ? x : x).Build();
        Reports(
            "shared1: got a shared layer of another pipeline, needed one of this pipeline (take it from a 'from' of the same query).",
            from x in Input(3) from y in stray!(x) select y);
    }

    [Fact]
    public void A_shared_layer_at_two_shapes() => Reports(
        "shared1_2/dense1: got inputs [4], for which the parameters would be [2, 4] and [2], needed those of its other uses, [2, 3] and [2] (a shared layer needs inputs of one shape).",
        from x in Input(3) from y in Input(4) from s in Shared(Dense(2)) from a in s(x) from b in s(y) from sum in Add(a, b) select sum);

    [Fact]
    public void An_input_under_two_names()
    {
        const string Text = "image: got a second input of that name, needed one input a name (declare the input once and use its wire wherever it is needed).";
        Reports(Text, from a in Input("image", 3) from b in Input("image", 3) from sum in Add(a, b) select sum);
        var image = Input("image", 3);
        Reports(Text, from a in image from b in image from sum in Add(a, b) select sum);
    }

    [Fact]
    public void A_network_without_output_or_input()
    {
        Assert.Equal(
            "output: got a network without output, needed at least one output (end the query with 'select' of a wire).",
            (from x in Input(3) select Seq<Wire>()).Build().Faults());
        Assert.Contains("got a network without input, needed at least one input", Pipeline.Return(Seq<Wire>()).Build().Faults());
    }

    [Fact]
    public void Overflow_of_sizes()
    {
        Reports($"input1: got [65536, 65536] has more than {System.Array.MaxLength:N0} elements, needed a shape of positive sizes.", Input(65536, 65536) >> Flatten);
        Reports($"dense1: got [100000, 100000] has more than {System.Array.MaxLength:N0} elements, needed positive sizes that an array can hold.", Input(100_000) >> Dense(100_000));
        Reports("concat1: got a joint size of 3,000,000,000, needed at most 2,147,483,647.", from x in Input(1_500_000_000) from y in Concat(x, x) select y);
        Reports(
            $"concat1: got [2, 1500000000] has more than {System.Array.MaxLength:N0} elements, needed positive sizes that an array can hold.",
            from x in Input(1, 1_500_000_000) from y in Concat(x, x) select y);
        Assert.Contains("parameters together", (Input(40_000) >> Dense(40_000) >> Dense(40_000)).Build().Faults());
        Assert.Contains("more than", (Input(4) >> Reshape([65536, 65536])).Build().Faults());
    }

    [Fact]
    public void Layers_asked_outside_a_network_answer_with_values_too() =>
        Assert.Contains("more than", Flatten().Outputs(Seq1(Shape.Of(65536, 65536))).Fault().Message);

    [Fact]
    public void All_mistakes_are_reported_in_one_go_and_none_twice()
    {
        Wire? stray = null;
        (from x in Input(3) select stray = x).Build();
        Reports(
            """
            image: got a second input of that name, needed one input a name (declare the input once and use its wire wherever it is needed).
            dense1: got units 0, needed units of at least 1.
            head: got units -1, needed units of at least 1.
            split1: got parts 1 + 1 = 2, needed parts that add up to 4, axis 0 of [4] (a last part of 2 is missing).
            add1: got [4] and [5], needed inputs of one shape (a Dense(4) on the other would give it that size).
            residual1/dense1: got units 0, needed units of at least 1.
            subtract2: got a wire of shape [3] of another pipeline, needed wires of this pipeline (take the wire from a 'from' of the same query).
            output: got a wire of shape [3] of another pipeline, needed wires of this pipeline (select a wire of the same query).
            """.ReplaceLineEndings("\n"),
            from image in Input("image", 4)
            from again in Input("image", 5)
            from broken in Dense(image, 0)
            from more in Dense(4).On(broken)
            from named in Dense(-1).Named("head").On(more)
            from parts in Split(image, 1, 1)
            from half in Dense(parts[1], 3)
            from sum in Add(image, again)
            from residual in Residual(image, Dense(0) >> Tanh)
            from after in Subtract(residual, image)
            from difference in Subtract(image, stray!)
            select stray!);
    }

    [Fact]
    public void A_fault_is_a_value_with_its_parts()
    {
        var fault = (Input(4) >> Residual(Dense(0))).Build().FaultList().Head;
        Assert.Equal(("residual1/dense1", "units 0", "units of at least 1", null), (fault.Path, fault.Got, fault.Needed, fault.Fix));
        Assert.Equal(fault, new Fault("units 0", "units of at least 1").At("residual1/dense1"));
        Assert.Equal(fault.Message, fault.ToString());
    }

    [Fact]
    public void Faults_become_one_error()
    {
        Assert.Equal("dense1: got units 0, needed units of at least 1.", (Input(4) >> Dense(0)).Build().ToFin().Match(_ => "", error => error.Message));
        var both = (Input(4) >> Dense(0) >> Dense(-1)).Build().ToFin().Match(_ => "", error => error.ToString());
        Assert.Contains("units 0", both);
        Assert.Contains("units -1", both);
    }

    [Fact]
    public void The_mistakes_of_a_composites_own_settings_are_reported() =>
        Reports("twice1: got times 0, needed times of at least 1.", Input(4) >> new TwiceLayer(0));

    private sealed record TwiceLayer(int Times) : CompositeLayer
    {
        public override Seq<Fault> Faults => Expect.Positive(("times", Times));

        protected override Pipeline<Seq<Wire>> Expand(Seq<Wire> inputs) => Dense(2).OnAll(inputs);
    }
}
