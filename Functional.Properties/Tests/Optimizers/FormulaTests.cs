using System.Numerics;
using Functional.Core;
using LanguageExt;
using Xunit;
using static Functional.Core.Optimizers;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests;

/// <summary>Optimizers against their papers' formulas, one number at a time in plain arithmetic, over 25 steps of changing gradients.</summary>
public class FormulaTests
{
    private const int Count = 37;
    private static readonly Layout s_layout = new(Seq1(new Parameter("w", [Count], Initializer.Zeros)));

    [Fact]
    public void Adadelta_is_its_algorithm_1() => Follows(Adadelta(0.7, 0.8, 1e-5), static history =>
    {
        double w = history.Start, v = 0, u = 0;
        foreach (double g in history.Gradients)
        {
            v = 0.8 * v + 0.2 * g * g;
            double d = -Math.Sqrt(u + 1e-5) / Math.Sqrt(v + 1e-5) * g;
            u = 0.8 * u + 0.2 * d * d;
            w += 0.7 * d;
        }
        return w;
    });

    [Fact]
    public void NAdam_is_its_formula() => Follows(NAdam(0.02, 0.8, 0.95, 1e-6, 0.1), static history =>
    {
        double w = history.Start, m = 0, v = 0, product = 1;
        int t = 0;
        foreach (double g in history.Gradients)
        {
            t++;
            double mu = 0.8 * (1 - 0.5 * Math.Pow(0.96, t * 0.1)), next = 0.8 * (1 - 0.5 * Math.Pow(0.96, (t + 1) * 0.1));
            product *= mu;
            m = 0.8 * m + 0.2 * g;
            v = 0.95 * v + 0.05 * g * g;
            double ahead = next * m / (1 - product * next) + (1 - mu) * g / (1 - product);
            w -= 0.02 * ahead / (Math.Sqrt(v / (1 - Math.Pow(0.95, t))) + 1e-6);
        }
        return w;
    });

    [Fact]
    public void Lion_is_its_program_1() => Follows(Lion(0.02, 0.8, 0.95, 0.1), static history =>
    {
        double w = history.Start, m = 0;
        foreach (double g in history.Gradients)
        {
            double update = Math.Sign(0.8 * m + 0.2 * g);
            m = 0.95 * m + 0.05 * g;
            w -= 0.02 * (update + 0.1 * w);
        }
        return w;
    });

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.5, false)]
    [InlineData(0, true)]
    [InlineData(0.5, true)]
    public void RmsProp_is_its_formula(double momentum, bool centered) => Follows(RmsProp(0.02, 0.8, 1e-4, momentum, centered), history =>
    {
        double w = history.Start, v = 0, mean = 0, b = 0;
        foreach (double g in history.Gradients)
        {
            v = 0.8 * v + 0.2 * g * g;
            mean = 0.8 * mean + 0.2 * g;
            b = momentum * b + g / (Math.Sqrt(centered ? v - mean * mean : v) + 1e-4);
            w -= 0.02 * b;
        }
        return w;
    });

    [Fact]
    public void Adagrad_is_its_formula() => Follows(Adagrad(0.2, 1e-4, accumulated: 0.3), static history =>
    {
        double w = history.Start, v = 0.3;
        foreach (double g in history.Gradients)
        {
            v += g * g;
            w -= 0.2 * g / (Math.Sqrt(v) + 1e-4);
        }
        return w;
    });

    [Fact]
    public void AdamW_is_algorithm_2_of_decoupled_decay() => Follows(AdamW(0.02, 0.3), static history =>
    {
        double w = history.Start, m = 0, v = 0;
        int t = 0;
        foreach (double g in history.Gradients)
        {
            t++;
            w -= 0.02 * 0.3 * w;
            m = 0.9 * m + 0.1 * g;
            v = 0.999 * v + 0.001 * g * g;
            w -= 0.02 * (m / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v / (1 - Math.Pow(0.999, t))) + 1e-8);
        }
        return w;
    });

    // At float, vectors of several numbers and the definition for one give the same bits: a parameter's number does not depend on where it stands.
    [Fact]
    public void A_parameter_does_not_depend_on_its_place()
    {
        foreach (var optimizer in OptimizerCatalog.Plain)
        {
            var all = Run<float>(optimizer, s_layout, 5, static (i, step) => Number(i, step));
            for (int i = 0; i < Count; i++)
            {
                int place = i;
                var alone = Run<float>(optimizer, new Layout(Seq1(new Parameter("w", [1], Initializer.Zeros))), 5, (_, step) => Number(place, step));
                Assert.Equal(alone.Values.Span[0], all.Values.Span[i]);
            }
        }
    }

    // A subnormal mean would stay so for ever, and be slow for as long.
    [Fact]
    public void What_is_remembered_of_a_gradient_that_has_become_0_is_never_subnormal()
    {
        Fades(1e-15f, float.IsSubnormal);
        Fades(1e-300, double.IsSubnormal);
        Fades(2e-150, double.IsSubnormal);
    }

    private static void Fades<T>(T gradient, Predicate<T> isSubnormal) where T : struct, IFloatingPointIeee754<T>
    {
        var layout = new Layout(Seq1(new Parameter("w", [Vector<T>.Count + 1], Initializer.Zeros)));
        foreach (var optimizer in OptimizerCatalog.Plain)
        {
            var w = new Parameters<T>(layout, Tensor.Filled<T>([layout.Size], T.One));
            var state = optimizer.Init(w);
            for (int step = 0; step < 2000; step++)
            {
                (w, state) = optimizer.Update(w, new(layout, Tensor.Filled<T>([layout.Size], step < 3 ? gradient : T.Zero)), state);
                Assert.DoesNotContain(state.Slots, slot => slot.Span.ToArray().Any(x => isSubnormal(x)));
            }
        }
    }

    private sealed record History(double Start, IEnumerable<double> Gradients);

    private static void Follows(Optimizer optimizer, Func<History, double> reference)
    {
        var end = Run<double>(optimizer, s_layout, 25, Number);
        for (int i = 0; i < Count; i++)
        {
            double due = reference(new(Number(i, -1), Enumerable.Range(0, 25).Select(step => Number(i, step))));
            Assert.Equal(due, end.Values.Span[i], 1e-12 * (1 + Math.Abs(due)));
        }
    }

    private static Parameters<T> Run<T>(Optimizer optimizer, Layout layout, int steps, Func<int, int, double> number)
        where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        Tensor<T> Numbers(int step) => Tensor.Build<T>([layout.Size], index => T.CreateChecked(number(index[0], step)));
        var w = new Parameters<T>(layout, Numbers(-1));
        var state = optimizer.Init(w);
        for (int step = 0; step < steps; step++) (w, state) = optimizer.Update(w, new(layout, Numbers(step)), state);
        return w;
    }

    private static double Number(int i, int step) => Math.Sin(1 + i * 1.7 + step * 0.9) * (1 + i % 3);
}
