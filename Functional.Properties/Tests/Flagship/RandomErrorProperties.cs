using FsCheck.Fluent;
using Functional.Core;
using Functional.Properties.Tests.PlantedBugs;
using Xunit;
using Xunit.Abstractions;
using static Functional.Core.Layers;

namespace Functional.Properties.Tests.Flagship;

/// <summary>
/// What training goes down along, the gradient of the reduced error, is the slope of that error: of random whole networks with every loss, under the mean and under the sum, along a
/// random direction of the parameters. Nothing of how the gradient is found is believed, least of all what a reduction multiplies it with.
/// </summary>
public class RandomErrorProperties(ITestOutputHelper output)
{
    [Fact]
    public void The_gradient_of_the_error_is_its_slope_for_every_loss_and_reduction()
    {
        var seen = new System.Collections.Generic.HashSet<(Type Loss, Reduction Reduction)>();
        int tried = 0, inconclusive = 0;
        string shares = RandomCases.Check(Arbitraries.Recipes(), recipe =>
        {
            foreach (var reduction in Enum.GetValues<Reduction>())
            {
                var reduced = recipe with { Outputs = recipe.Outputs.Map(one => one with { Loss = one.Loss with { Reduction = reduction } }).Strict() };
                var (objective, at) = (reduced.Objective, reduced.Case());
                if (objective.Combined.Layout.Size == 0) continue;
                tried++;
                var verdict = Judged(objective, at);
                if (verdict == Verdict.Fail) return false.ToProperty().Label($"under the {reduction}, the gradient is not the slope of the error");
                if (verdict == Verdict.Inconclusive) inconclusive++;
                else seen.UnionWith(reduced.Outputs.Map(one => (one.Loss.Layer.GetType(), reduction)));
            }
            return true.ToProperty();
        }, 400, Edges.Of, seed: 6);
        output.WriteLine($"{tried} errors of random networks, {inconclusive} inconclusive\n{shares}");
        Assert.True(inconclusive * 100 <= tried, $"{inconclusive} of {tried} are inconclusive; at most 1 % may be.");
        var losses = LayerCatalog.All.Map(entry => entry.Draw(new Key(1)).Layer).Filter(layer => layer is LossLayer).Map(layer => layer.GetType()).Distinct();
        Assert.Empty(Enum.GetValues<Reduction>().SelectMany(reduction => losses.Map(loss => (loss, reduction))).Where(pair => !seen.Contains(pair)).Select(pair => $"{pair.loss.Name} under the {pair.reduction}"));
    }

    // Right where the gradient from above is 1, as it is under the sum: only the mean tells that it is not multiplied by.
    [Theory]
    [InlineData(Reduction.Sum, Verdict.Pass)]
    [InlineData(Reduction.Mean, Verdict.Fail)]
    public void A_gradient_without_its_reductions_factor_is_noticed(Reduction reduction, Verdict verdict)
    {
        var objective = Objective.Of((Input(3) >> Dense(2)).Build().Value(), new RowLossLayer<EuclideanAlone>().Reduced(reduction)).Value();
        Assert.Equal(verdict, Judged(objective, CaseMaker.Make(objective.Combined, objective.Combined.Inputs.Map(input => input.Shape), 3, new Key(1))));
    }

    // A direction may run through several kinks at once, so where it fails each parameter is asked by itself, as a kink's two slopes bound it.
    private static Verdict Judged(Objective objective, LayerCase at)
    {
        int inputs = objective.Network.Inputs.Count;
        Tensors<double> x = at.Inputs.Slice(0, inputs), t = at.Inputs.Slice(inputs, at.Inputs.Count - inputs);
        var step = new Step<double>(null, at.Mode, at.Key);
        double[] numbers = [.. at.Parameters.SelectMany(tensor => tensor.ToArray())];
        var w = new Parameters<double>(objective.Combined.Layout, Tensor.From<double>([numbers.Length], numbers));
        var gradient = objective.ValueAndGradient(w, x, t, step).ThrowIfFail().Gradients.Values;
        var errors = objective.Combined.Forward(w, at.Inputs, step).ThrowIfFail().Slice(0, objective.Losses.Count);
        double noise = GradientLaw.Noise([.. errors.Select(error => Tensor.Filled(error.Shape, 1.0))], errors, Probe.Dot(gradient, w.Values).Scale);
        var whole = Along(Probe.Draw(at.Key.For("error"), w.Values.Shape));
        if (whole != Verdict.Fail) return whole;
        bool any = Enumerable.Range(0, numbers.Length).Any(i => Along(Jacobians.Unit<double>(w.Values.Shape, i)) == Verdict.Fail);
        return any ? Verdict.Fail : Verdict.Inconclusive;

        Verdict Along(Tensor<double> direction)
        {
            var slope = NumericalDerivative.At(h => objective.Value(w with { Values = Probe.Combine(w.Values, direction, (p, q) => p + h * q) }, x, t, step).ThrowIfFail(), noise);
            return GradientLaw.Judge(slope, Probe.Dot(gradient, direction).Sum, noise);
        }
    }
}
