using Functional.Core;
using LanguageExt;
using Xunit;
using static Functional.Core.Optimizers;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests;

/// <summary>L-BFGS against a reference with explicit matrices, and on problems with known answers.</summary>
public class LbfgsTests
{
    private const int Size = 6;
    private static readonly Layout s_layout = new(Seq1(new Parameter("w", [Size], Initializer.Zeros)));

    /// <summary>
    /// With a history that is never full, two-loop recursion is BFGS from H₀ = γ I with γ of the newest pair, updates applied oldest to newest:
    /// H ← (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ (Nocedal and Wright, Numerical Optimization, equation 7.16).
    /// </summary>
    [Theory]
    [InlineData(20)]
    [InlineData(3)]
    public void The_two_loops_are_the_matrix_form(int history)
    {
        var optimizer = Lbfgs(0.3, history);
        var w = new Parameters<double>(s_layout, Tensor.Build<double>([Size], at => Math.Cos(at[0])));
        var state = optimizer.Init(w);
        var pairs = new List<(double[] S, double[] Y)>();
        for (int step = 0; step < 12; step++)
        {
            double[] old = w.Values.ToArray(), g = Gradient(old);
            double[] d = Direction(pairs, g);
            double length = step == 0 ? 0.3 * Math.Min(1, 1 / g.Sum(Math.Abs)) : 0.3;
            (w, state) = optimizer.Update(w, new(s_layout, Tensor.From<double>(g)), state);
            for (int i = 0; i < Size; i++) Assert.Equal(old[i] + length * d[i], w.Values.Span[i], 1e-11);
            double[] now = w.Values.ToArray(), next = Gradient(now);
            pairs.Add(([.. now.Select((x, i) => x - old[i])], [.. next.Select((x, i) => x - g[i])]));
            if (pairs.Count > history) pairs.RemoveAt(0);
        }
    }

    [Fact]
    public void A_convex_problem_is_solved_to_rounding_in_few_steps()
    {
        var optimizer = Lbfgs();
        var w = new Parameters<double>(s_layout, Tensor.Build<double>([Size], at => 1 + at[0]));
        var state = optimizer.Init(w);
        for (int step = 0; step < 40; step++) (w, state) = optimizer.Update(w, new(s_layout, Tensor.From<double>(Gradient(w.Values.ToArray()))), state);
        Assert.All(w.Values.ToArray(), x => Assert.Equal(0, x, 1e-4));
        var (same, _) = optimizer.Update(w, new(s_layout, Tensor.Zeros<double>([Size])), state);
        Assert.Equal(w, same);
    }

    // E = Σ cᵢ (wᵢ²/2 + wᵢ⁴/40): convex, not quadratic, with its minimum at 0.
    private static double[] Gradient(double[] w) => [.. w.Select((x, i) => (1 + 0.5 * i) * (x + x * x * x / 10))];

    private static double[] Direction(List<(double[] S, double[] Y)> pairs, double[] g)
    {
        double[,] h = new double[Size, Size];
        double gamma = pairs.Count == 0 ? 1 : Dot(pairs[^1].S, pairs[^1].Y) / Dot(pairs[^1].Y, pairs[^1].Y);
        for (int i = 0; i < Size; i++) h[i, i] = gamma;
        foreach (var (s, y) in pairs)
        {
            double rho = 1 / Dot(s, y);
            double[,] left = new double[Size, Size], half = new double[Size, Size], next = new double[Size, Size];
            for (int i = 0; i < Size; i++)
                for (int j = 0; j < Size; j++) left[i, j] = (i == j ? 1 : 0) - rho * s[i] * y[j];
            for (int i = 0; i < Size; i++)
                for (int j = 0; j < Size; j++)
                    for (int k = 0; k < Size; k++) half[i, j] += left[i, k] * h[k, j];
            for (int i = 0; i < Size; i++)
                for (int j = 0; j < Size; j++)
                {
                    next[i, j] = rho * s[i] * s[j];
                    for (int k = 0; k < Size; k++) next[i, j] += half[i, k] * left[j, k];
                }
            h = next;
        }
        return [.. Enumerable.Range(0, Size).Select(i => -Enumerable.Range(0, Size).Sum(j => h[i, j] * g[j]))];
    }

    private static double Dot(double[] a, double[] b) => a.Select((x, i) => x * b[i]).Sum();
}
