using Functional.Core;

namespace Functional.Properties.Tests.Baselines;

/// <summary>
/// <c>torch.autograd.gradcheck</c> with its defaults: eps 1e-6, atol 1e-5, rtol 1e-3, nondet_tol 0, central differences, and the check that
/// a zero gradient of the outputs gives zero gradients.
/// </summary>
/// <remarks>
/// Method and constants: PyTorch, torch/autograd/gradcheck.py (_slow_gradcheck, _fast_gradcheck, _adjusted_atol,
/// _check_analytical_jacobian_attributes, _test_backward_mul_by_grad_output) and its note "Gradcheck mechanics". Complex, sparse and undefined
/// gradients have no counterpart here.
/// </remarks>
public static class PyTorchGradcheck
{
    private const double Eps = 1e-6, Atol = 1e-5, Rtol = 1e-3;

    /// <summary>Every entry of the Jacobian; the analytic one row by row, twice, to see that it does not change.</summary>
    public static bool SlowFails(Problem problem)
    {
        var outputs = problem.Forward(problem.Point);
        var numerical = problem.Point.Select((vector, i) => Enumerable.Range(0, vector.Length).Select(j =>
        {
            double[] unit = new double[vector.Length];
            unit[j] = 1;
            return Difference(problem, problem.Only(i, unit));
        }).ToArray()).ToArray();
        for (int o = 0; o < outputs.Length; o++)
        {
            // All rows of an output before any is looked at.
            var rows = Enumerable.Range(0, outputs[o].Length).Select(k =>
            {
                double[][] one = [.. outputs.Select(output => new double[output.Length])];
                one[o][k] = 1;
                return (First: problem.Backward(one), Again: problem.Backward(one));
            }).ToArray();
            for (int k = 0; k < rows.Length; k++)
                for (int i = 0; i < rows[k].First.Length; i++)
                    for (int j = 0; j < rows[k].First[i].Length; j++)
                        if (!rows[k].First[i][j].Equals(rows[k].Again[i][j]) || !IsClose(rows[k].First[i][j], numerical[i][j][o][k], Atol)) return true;
        }
        return !ZeroGivesZero(problem, outputs);
    }

    /// <summary>One random number vᵀJu for each output and vector: u and v uniform on [0, 1), of length 1.</summary>
    public static bool FastFails(Problem problem)
    {
        var outputs = problem.Forward(problem.Point);
        double[][] us = [.. problem.Point.Select((vector, i) => Unit(problem.Key.For("u").Split((ulong)i), vector.Length))];
        double[][] vs = [.. outputs.Select((output, i) => Unit(problem.Key.For("v").Split((ulong)i), output.Length))];
        var numerical = problem.Point.Select((_, i) => Difference(problem, problem.Only(i, us[i]))).ToArray();
        for (int o = 0; o < outputs.Length; o++)
        {
            double[][] one = [.. outputs.Select((output, i) => i == o ? vs[o] : new double[output.Length])];
            double[][] row = problem.Backward(one), again = problem.Backward(one);
            for (int i = 0; i < row.Length; i++)
            {
                if (!row[i].SequenceEqual(again[i])) return true;
                double analytic = Dot(row[i], us[i]), difference = Dot(numerical[i][o], vs[o]);
                if (!IsClose(analytic, difference, Atol * us[i].Sum() * vs[o].Sum())) return true;
            }
        }
        return !ZeroGivesZero(problem, outputs);
    }

    private static double[][] Difference(Problem problem, double[][] direction)
    {
        double[][] above = problem.Forward(problem.Along(Eps, direction)), below = problem.Forward(problem.Along(-Eps, direction));
        return [.. above.Zip(below, (a, b) => a.Zip(b, (p, q) => (p - q) / (2 * Eps)).ToArray())];
    }

    private static bool ZeroGivesZero(Problem problem, double[][] outputs) =>
        problem.Backward([.. outputs.Select(output => new double[output.Length])]).All(vector => vector.All(number => number == 0));

    // torch.allclose(analytical, numerical): NaN is close to nothing.
    private static bool IsClose(double analytic, double numerical, double atol) => analytic == numerical || Math.Abs(analytic - numerical) <= atol + Rtol * Math.Abs(numerical);

    private static double Dot(double[] a, double[] b) => a.Zip(b, (p, q) => p * q).Sum();

    private static double[] Unit(Key key, int length)
    {
        double[] numbers = new double[length];
        key.Uniform<double>(numbers);
        double norm = Math.Sqrt(Dot(numbers, numbers));
        return [.. numbers.Select(number => number / norm)];
    }
}
