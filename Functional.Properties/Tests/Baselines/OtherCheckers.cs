using Functional.Core;

namespace Functional.Properties.Tests.Baselines;

/// <summary>
/// <c>jax.test_util.check_grads(f, args, order=1, modes=("rev",))</c> in double precision: one normal direction of all arguments, one of all
/// outputs, central difference with eps 1e-4, atol and rtol 1e-5. The forward mode has nothing to check where only backward is written by hand.
/// </summary>
/// <remarks>Method and constants: JAX, jax/_src/public_test_util.py (check_vjp, numerical_jvp, EPS, default_gradient_tolerance).</remarks>
public static class JaxCheckGrads
{
    private const double Eps = 1e-4, Tolerance = 1e-5;

    /// <summary>Whether it reports an error.</summary>
    public static bool Fails(Problem problem)
    {
        var outputs = problem.Forward(problem.Point);
        double[][] tangent = Problem.Normal(problem.Key.For("tangent"), problem.Point), cotangent = Problem.Normal(problem.Key.For("cotangent"), outputs);
        double[][] above = problem.Forward(problem.Along(Eps, tangent)), below = problem.Forward(problem.Along(-Eps, tangent));
        double[][] moved = [.. above.Zip(below, (a, b) => a.Zip(b, (p, q) => p.Equals(q) ? 0 : (p - q) * (0.5 / Eps)).ToArray())];
        double actual = Problem.Dot(tangent, problem.Backward(cotangent)), expected = Problem.Dot(moved, cotangent);
        return !actual.Equals(expected) && !(Math.Abs(actual - expected) <= Tolerance + Tolerance * Math.Abs(expected));
    }
}

/// <summary>
/// <c>chainer.gradient_check.check_backward</c>: one normal direction of all inputs and parameters, of length 1, eps 1e-3, atol 1e-5, rtol 1e-4,
/// with <c>detect_nondifferentiable</c>: five points, whose fit by a parabola tells a kink, at which nothing is reported.
/// </summary>
/// <remarks>Method and constants: Chainer 7, chainer/gradient_check.py (check_backward, _CheckBackward, numerical_grad).</remarks>
public static class ChainerCheckBackward
{
    private const double Eps = 1e-3, Atol = 1e-5, Rtol = 1e-4;

    // What is left of five evenly spaced values after the best parabola: their parts along the cubic and quartic orthogonal polynomials.
    private static readonly double[] s_cubic = [-1, 2, 0, -2, 1], s_quartic = [1, -4, 6, -4, 1];

    /// <summary>Whether it reports an error.</summary>
    public static bool Fails(Problem problem)
    {
        var center = problem.Forward(problem.Point);
        double[][] gradients = Problem.Normal(problem.Key.For("gy"), center), direction = Problem.Normal(problem.Key.For("direction"), problem.Point);
        double norm = Math.Sqrt(Problem.Dot(direction, direction));
        direction = [.. direction.Select(vector => vector.Select(number => number / norm).ToArray())];
        double[][][] points = [.. new[] { -1, -0.5, 0, 0.5, 1 }.Select(step => step == 0 ? center : problem.Forward(problem.Along(step * Eps, direction)))];
        if (IsKink(points)) return false;
        double numeric = 0;
        for (int o = 0; o < center.Length; o++)
            for (int k = 0; k < center[o].Length; k++)
                numeric += (points[0][o][k] - 8 * points[1][o][k] + 8 * points[3][o][k] - points[4][o][k]) * gradients[o][k];
        numeric /= 6 * Eps;
        double backward = Problem.Dot(problem.Backward(gradients), direction);
        return !numeric.Equals(backward) && !(Math.Abs(numeric - backward) <= Atol + Rtol * Math.Abs(backward));
    }

    private static bool IsKink(double[][][] points)
    {
        double[][] flat = [.. points.Select(outputs => outputs.SelectMany(output => output).ToArray())];
        bool[] finite = [.. flat.Select(values => values.All(double.IsFinite))];
        if (finite.Distinct().Count() > 1) return true;
        if (!finite[0]) return false;
        return Enumerable.Range(0, flat[0].Length).Any(k =>
        {
            double[] y = [.. flat.Select(values => values[k])];
            double cubic = y.Zip(s_cubic, (a, b) => a * b).Sum(), quartic = y.Zip(s_quartic, (a, b) => a * b).Sum();
            double residual = Math.Sqrt((cubic * cubic / 10 + quartic * quartic / 70) / 5), range = y.Max() - y.Min();
            return range > 0 && residual > Rtol * range;
        });
    }
}

/// <summary>
/// The check of grenade's random networks: one random entry of one input moved forward by 1e-5, one random entry of the output looked at, the two
/// compared by their sizes (the norm of the vector), within 2e-5: blind to signs, and parameters are not looked at.
/// </summary>
/// <remarks>Method and constants: grenade, test/Test/Grenade/Network.hs (prop_auto_diff, oneUp, maxVal, ~~~).</remarks>
public static class GrenadeAutoDiff
{
    private const double Eps = 1e-5, Tolerance = 2e-5;

    /// <summary>Whether it reports an error.</summary>
    public static bool Fails(Problem problem)
    {
        var outputs = problem.Forward(problem.Point);
        int input = problem.Key.Below(problem.Inputs, 0), entry = problem.Key.Below(problem.Point[input].Length, 1);
        int output = problem.Key.Below(outputs.Length, 2), place = problem.Key.Below(outputs[output].Length, 3);
        double[] unit = new double[problem.Point[input].Length];
        unit[entry] = 1;
        double[][] target = [.. outputs.Select(other => new double[other.Length])];
        target[output][place] = 1;
        double expected = Math.Abs(problem.Backward(target)[input][entry]);
        double result = Math.Abs(problem.Forward(problem.Along(Eps, problem.Only(input, unit)))[output][place] - outputs[output][place]) / Eps;
        return !(Math.Abs(result - expected) < Tolerance);
    }
}
