using System.Numerics;
using System.Runtime.CompilerServices;
using Functional.Core;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.PlantedBugs;

/// <summary>One number of an optimizer in plain arithmetic: what its doc comment says, step by step.</summary>
/// <param name="W">The parameter.</param>
/// <param name="First">The first thing remembered, such as momentum.</param>
/// <param name="Second">The second, such as the mean of squares.</param>
public readonly record struct OneNumber(double W, double First = 0, double Second = 0);

/// <summary>An optimizer that is wrong on purpose, with the law that ought to notice.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Law">The law that ought to catch it.</param>
/// <param name="Optimizer">The optimizer.</param>
public sealed record OptimizerBug(string Name, OptimizerLaw Law, Optimizer Optimizer)
{
    /// <summary>The points at which it is looked at: states that some steps have led to.</summary>
    public IEnumerable<OptimizerCase> Cases => Enumerable.Range(0, 20).Select(i =>
    {
        var key = new Key(11).For(Name).Split((ulong)i);
        int count = 1 + key.Below(9, 0);
        var layout = new Layout(Seq1(new Parameter("w", [count], Initializer.Zeros)));
        Tensor<double> Draw(string of) => CaseMaker.Values(key.For(of), [count], ValueFamily.Normal, ValueKind.Real);
        var at = new OptimizerCase(Optimizer, new(layout, Draw("w")), new(layout, Draw("g")), Optimizer.Init(new Parameters<double>(layout, Draw("w"))));
        for (int step = 0; step < key.Below(4, 1); step++)
        {
            var (w, state) = Optimizer.Update(at.Parameters, at.Gradients, at.State);
            at = at with { Parameters = w, State = state, Gradients = new(layout, Draw($"g{step}")) };
        }
        return at;
    });

    /// <summary>The fewest of the first parameters of a case with which it still fails; the case itself where an optimizer that is no function fails no more.</summary>
    public OptimizerCase Smallest(OptimizerCase at) =>
        Enumerable.Range(1, at.Parameters.Values.Size).Select(count => First(at, count)).FirstOrDefault(small => Law.Check(small).Verdict == Verdict.Fail, at);

    private static OptimizerCase First(OptimizerCase at, int count)
    {
        var layout = new Layout(Seq1(new Parameter("w", [count], Initializer.Zeros)));
        Tensor<double> Cut(Tensor<double> tensor) => Tensor.From([count], tensor.Span[..count]);
        return at with
        {
            Parameters = new(layout, Cut(at.Parameters.Values)),
            Gradients = new(layout, Cut(at.Gradients.Values)),
            State = at.State with { Slots = [.. at.State.Slots.Select(Cut)] },
        };
    }
}

/// <summary>What goes wrong in optimizers.</summary>
public static class OptimizerBugs
{
    private const double Rate = 0.1, Momentum = 0.9, Decay = 0.01, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    /// <summary>SGD: d = g + λ w; b′ = μ b + d; w′ = w − η b′.</summary>
    public static OptimizerLaw SgdDefinition { get; } = Definition("SGD follows its definition", (old, g, _) =>
    {
        double b = Momentum * old.First + g + Decay * old.W;
        return new(old.W - Rate * b, b);
    });

    /// <summary>Adam, algorithm 1 of its paper.</summary>
    public static OptimizerLaw AdamDefinition { get; } = Definition("Adam follows its definition", (old, g, t) =>
    {
        double m = Beta1 * old.First + (1 - Beta1) * g, v = Beta2 * old.Second + (1 - Beta2) * g * g;
        return new(old.W - Rate * (m / (1 - Math.Pow(Beta1, t))) / (Math.Sqrt(v / (1 - Math.Pow(Beta2, t))) + Epsilon), m, v);
    });

    /// <summary>All of them.</summary>
    public static Seq<OptimizerBug> All { get; } = Seq(
        new OptimizerBug("Adam: bias correction off by one", AdamDefinition, new WrongAdam { Lag = 1 }),
        new OptimizerBug("Adam: no bias correction", AdamDefinition, new WrongAdam { Corrects = false }),
        new OptimizerBug("Adam: ε inside the root", AdamDefinition, new WrongAdam { EpsilonInside = true }),
        new OptimizerBug("Adam: the mean of gradients where that of squares is due", AdamDefinition, new WrongAdam { Squares = false }),
        new OptimizerBug("SGD: momentum in a field, lost on saving", OptimizerLaws.Resumed, new ForgetfulSgd()),
        new OptimizerBug("SGD: momentum kept beside the state, by the number of the step", OptimizerLaws.Resumed, new SideMemorySgd()),
        new OptimizerBug("SGD: weight decay with the wrong sign", SgdDefinition, new WrongSgd { DecaySign = -1 }),
        new OptimizerBug("SGD: momentum damped by 1 − μ", SgdDefinition, new WrongSgd { Damping = 1 - Momentum }),
        new OptimizerBug("SGD: the step taken before momentum is updated", SgdDefinition, new WrongSgd { IsLate = true }),
        new OptimizerBug("SGD: last parameter not written", OptimizerLaws.Written, new WrongSgd { Unwritten = 1 }),
        new OptimizerBug("SGD: gradient overwritten by the step", OptimizerLaws.Untouched, new OverwritingSgd()));

    /// <summary>A law that says what each number becomes.</summary>
    public static OptimizerLaw Definition(string name, Func<OneNumber, double, long, OneNumber> step) => new(name, "a step gives what the formula gives, number by number", at =>
    {
        var (w, state) = at.Optimizer.Update(at.Parameters, at.Gradients, at.State);
        double Slot(OptimizerState<double> of, int slot, int i) => slot < of.Slots.Count ? of.Slots[slot].Span[i] : 0;
        return Finding.Of(Enumerable.Range(0, w.Values.Size).SelectMany(i =>
        {
            var due = step(new(at.Parameters.Values.Span[i], Slot(at.State, 0, i), Slot(at.State, 1, i)), at.Gradients.Values.Span[i], at.State.Step + 1);
            return new[] { ("parameter", due.W, w.Values.Span[i]), ("first memory", due.First, Slot(state, 0, i)), ("second memory", due.Second, Slot(state, 1, i)) }
                .Where(each => !(Math.Abs(each.Item2 - each.Item3) <= 1e-12 * (1 + Math.Abs(each.Item2))))
                .Select(each => new Violation(name, "a step gives what the formula gives, number by number", $"{each.Item1} {i}", each.Item2, each.Item3, 1e-12));
        }).Take(1));
    });

    /// <summary>Adam in a plain loop.</summary>
    public sealed record WrongAdam : Optimizer
    {
        public int Lag { get; init; }

        public bool Corrects { get; init; } = true;

        public bool EpsilonInside { get; init; }

        public bool Squares { get; init; } = true;

        protected override int Slots => 2;

        protected override void Advance<T>(in OptimizerStep<T> step)
        {
            double t = step.Number + 1 + Lag;
            T b1 = T.CreateChecked(Beta1), b2 = T.CreateChecked(Beta2), epsilon = T.CreateChecked(Epsilon), rate = T.CreateChecked(Rate);
            T first = Corrects ? T.CreateChecked(1 - Math.Pow(Beta1, t)) : T.One, second = Corrects ? T.CreateChecked(1 - Math.Pow(Beta2, t)) : T.One;
            for (int i = 0; i < step.Weights.Length; i++)
            {
                T g = step.Gradients[i], m = b1 * step.Slot(0)[i] + (T.One - b1) * g, v = b2 * step.Slot(1)[i] + (T.One - b2) * (Squares ? g * g : T.Abs(g));
                T root = EpsilonInside ? T.Sqrt(v / second + epsilon) : T.Sqrt(v / second) + epsilon;
                step.NewWeights[i] = step.Weights[i] - rate * (m / first) / root;
                step.NewSlot(0)[i] = m;
                step.NewSlot(1)[i] = v;
            }
        }
    }

    /// <summary>SGD with momentum and weight decay in a plain loop.</summary>
    public sealed record WrongSgd : Optimizer
    {
        public double DecaySign { get; init; } = 1;

        public double Damping { get; init; } = 1;

        public bool IsLate { get; init; }

        public int Unwritten { get; init; }

        protected override int Slots => 1;

        protected override void Advance<T>(in OptimizerStep<T> step)
        {
            T rate = T.CreateChecked(Rate), mu = T.CreateChecked(Momentum), decay = T.CreateChecked(DecaySign * Decay), damping = T.CreateChecked(Damping);
            for (int i = 0; i < step.Weights.Length - Unwritten; i++)
            {
                T b = mu * step.Slot(0)[i] + damping * (step.Gradients[i] + decay * step.Weights[i]);
                T direction = IsLate ? step.Slot(0)[i] : b;
                step.NewWeights[i] = step.Weights[i] - rate * direction;
                step.NewSlot(0)[i] = b;
            }
        }
    }

    /// <summary>What it remembers lies in the object, where no checkpoint sees it.</summary>
    public sealed record ForgetfulSgd : Optimizer
    {
        private readonly double[] _momentum = new double[64];

        protected override int Slots => 0;

        protected override void Advance<T>(in OptimizerStep<T> step)
        {
            for (int i = 0; i < step.Weights.Length; i++)
            {
                _momentum[i] = Momentum * _momentum[i] + double.CreateTruncating(step.Gradients[i]);
                step.NewWeights[i] = step.Weights[i] - T.CreateChecked(Rate * _momentum[i]);
            }
        }
    }

    /// <summary>Called twice at one step it gives the same twice; what it remembers of a step is that of whoever was there last.</summary>
    public sealed record SideMemorySgd : Optimizer
    {
        private readonly Dictionary<(long Step, int Place), double> _momentum = [];

        protected override int Slots => 0;

        protected override void Advance<T>(in OptimizerStep<T> step)
        {
            for (int i = 0; i < step.Weights.Length; i++)
            {
                double b = Momentum * _momentum.GetValueOrDefault((step.Number, i)) + double.CreateTruncating(step.Gradients[i]);
                _momentum[(step.Number + 1, i)] = b;
                step.NewWeights[i] = step.Weights[i] - T.CreateChecked(Rate * b);
            }
        }
    }

    /// <summary>The gradient's memory used for the sum of gradient and decay.</summary>
    public sealed record OverwritingSgd : Optimizer
    {
        protected override int Slots => 0;

        protected override void Advance<T>(in OptimizerStep<T> step)
        {
            for (int i = 0; i < step.Weights.Length; i++)
            {
                ref T g = ref Unsafe.AsRef(in step.Gradients[i]);
                g += T.CreateChecked(Decay) * step.Weights[i];
                step.NewWeights[i] = step.Weights[i] - T.CreateChecked(Rate) * g;
            }
        }
    }
}
