using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Functional.Core;
using Functional.Properties.Tests.PlantedBugs;
using LanguageExt;
using Xunit;
using static Functional.Core.Layers;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.Checks;

/// <summary>Each law of composition, pipelines and networks is broken by something wrong, and says so: a law that always held would show nothing.</summary>
public class CrookedNetworkTests
{
    private static readonly Key s_key = new(1);

    [Fact]
    public void Layers_that_are_not_equal_to_themselves_are_no_category()
    {
        var never = new NeverEqual();
        // Between units nothing is left but the layer; in a longer chain it is known by its reference.
        Breaks("associativity of >>", CompositionLaws.Associative(Identity(), never, Identity()));
        Breaks("left unit of >>", CompositionLaws.LeftUnit(never));
        Breaks("right unit of >>", CompositionLaws.RightUnit(never));
    }

    [Fact]
    public void A_layer_that_counts_its_calls_does_not_compose_forward() =>
        Breaks("composition forward", CompositionLaws.Composed(new CountedCalls(), Tanh(), Probe.Draw(s_key, [2, 3]), s_key));

    // Alone it has memory of its own at each asking; in a chain it is given the same twice.
    [Fact]
    public void A_layer_that_uses_a_gradients_memory_as_scratch_does_not_compose_backward()
    {
        Holds(CompositionLaws.Composed(new RightDense(3), Tanh(), Probe.Draw(s_key, [2, 4]), s_key));
        Breaks("composition backward", CompositionLaws.Composed(new ScratchInDestination(3), Tanh(), Probe.Draw(s_key, [2, 4]), s_key));
    }

    [Fact]
    public void Pipelines_that_are_no_functions_are_no_monad()
    {
        int runs = 0;
        var fickle = Input(2).SelectMany(x => Dense(x, 1 + runs++));
        Breaks("building twice", PipelineLaws.Repeatable(fickle));
        Breaks("right unit", PipelineLaws.RightUnit(fickle));
        Breaks("left unit", PipelineLaws.LeftUnit(0, width => Input(1 + width + runs++) >> Tanh));
    }

    // The pipeline before it is right; what follows is asked once for each side.
    [Fact]
    public void A_continuation_that_counts_its_calls_is_not_associative()
    {
        int calls = 0;
        var right = Input(2) >> Tanh;
        Holds(PipelineLaws.RightUnit(right));
        Breaks("associativity of pipelines", PipelineLaws.Associative(right, x => Dense(x, 1 + calls++), Tanh().On));
    }

    [Fact]
    public void A_network_that_looks_where_its_memory_is_from_is_another_one_in_a_region() => Breaks("region", NetworkLaws.Region, NetworkLaws.AsLayer, new InRegion());

    [Fact]
    public void A_network_that_looks_where_its_gradients_lie_is_another_one_as_a_layer() => Breaks("network as layer", NetworkLaws.AsLayer, NetworkLaws.Region, new SideBySide());

    // One law is broken, and only that: the other holds of the same network.
    private static void Breaks(string law, NetworkLaw broken, NetworkLaw kept, Layer layer)
    {
        var network = (Input(4) >> Dense(3) >> layer >> Softmax).Build().Value();
        var (parameters, inputs) = (network.Initialize<double>(s_key), Probe.Draw(s_key.For("x"), [2, 4]));
        Breaks(law, broken(network, parameters, inputs));
        Holds(kept(network, parameters, inputs));
    }

    private delegate Finding NetworkLaw(Network network, Parameters<double> parameters, Tensors<double> inputs, Step<double> step = default);

    private static void Breaks(string law, Finding finding)
    {
        Assert.Equal(Verdict.Fail, finding.Verdict);
        Assert.All(finding.Violations, violation => Assert.Equal(law, violation.Law));
    }

    private static void Holds(Finding finding) => Assert.True(finding.Verdict == Verdict.Pass, string.Join("\n", finding.Violations.AsEnumerable()));

    // As a record is that holds a list of its own.
    private sealed record NeverEqual : Layer
    {
        public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => inputs;
        public override Differentiable<T> At<T>() => Tanh().At<T>();
        public bool Equals(NeverEqual? other) => false;
        public override int GetHashCode() => 0;
    }

    /// <summary>Another path where memory comes from an arena, 1 % off.</summary>
    private sealed record InRegion() : Spoilt(Tanh())
    {
        protected override ForwardResult<T> Forward<T>(Differentiable<T> right, in ForwardCall<T> call)
        {
            var result = right.Forward(call);
            return Region.Current is null ? result : result with { Outputs = Edit(result.Outputs[0], (_, y) => y * T.CreateChecked(1.01)) };
        }
    }

    /// <summary>Another path where both gradients lie side by side, as they do in a network run by itself, 1 % off.</summary>
    private sealed record SideBySide() : Spoilt(new RightDense(3))
    {
        protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call)
        {
            Span<T> weight = call.ParameterGradient(0).Span, bias = call.ParameterGradient(1).Span;
            bool isFast = Unsafe.AreSame(ref Unsafe.Add(ref MemoryMarshal.GetReference(weight), weight.Length), ref MemoryMarshal.GetReference(bias));
            var back = right.Backward(call);
            return isFast ? back with { Inputs = Edit(back.Inputs[0], (_, dx) => dx * T.CreateChecked(1.01)) } : back;
        }
    }
}
