using Functional.Core;
using Functional.Properties.Tests.PlantedBugs;

namespace Functional.Properties.Tests.Baselines;

/// <summary>How often a layer was run. A run at dual numbers, which carry a second number along, counts as two.</summary>
public sealed class Evaluations
{
    /// <summary>The count.</summary>
    public int Count { get; set; }
}

/// <summary>A layer that counts how often it is run.</summary>
public sealed record CountedLayer(Layer Inner, Evaluations Evaluations) : Spoilt(Inner)
{
    public override bool MixesExamples => Inner.MixesExamples;

    protected override ForwardResult<T> Forward<T>(Differentiable<T> right, in ForwardCall<T> call)
    {
        Evaluations.Count += typeof(T) == typeof(double) ? 1 : 2;
        return right.Forward(call);
    }

    protected override BackwardResult<T> Backward<T>(Differentiable<T> right, in BackwardCall<T> call)
    {
        Evaluations.Count++;
        return right.Backward(call);
    }
}

/// <summary>
/// A layer at a point as checkers of derivatives see it: a function of several vectors, the inputs and then the parameters, to several
/// vectors, with a function that takes gradients back.
/// </summary>
public sealed class Problem(LayerCase at)
{
    /// <summary>The point: inputs, then parameters.</summary>
    public double[][] Point { get; } = [.. at.Inputs.Concat(at.Parameters).Select(tensor => tensor.ToArray())];

    /// <summary>How many of the vectors are inputs.</summary>
    public int Inputs => at.Inputs.Count;

    /// <summary>Where random directions come from.</summary>
    public Key Key => at.Key.For("baseline");

    /// <summary>The outputs at a point.</summary>
    public double[][] Forward(double[][] point) => [.. (ReferenceEquals(point, Point) ? AtPoint : Run(point)).Outputs.Select(output => output.ToArray())];

    // The others, too, run forward once and go back through what it saved as often as they like.
    private ForwardResult<double>? _atPoint;

    /// <summary>The gradients of all vectors at the point for gradients of the outputs.</summary>
    public double[][] Backward(double[][] outputGradients)
    {
        var forward = AtPoint;
        Tensors<double> dy = [.. forward.Outputs.Zip(outputGradients, (output, gradient) => Tensor.From<double>(output.Shape, gradient))];
        var back = at.Layer.At<double>().Backward(new BackwardCall<double>(dy, forward.Saved, at.Parameters, at.Mode, at.Key));
        return [.. back.Inputs.Concat(back.Parameters).Select(tensor => tensor.ToArray())];
    }

    /// <summary>The point moved by a multiple of a direction.</summary>
    public double[][] Along(double step, double[][] direction) => [.. Point.Select((vector, i) => vector.Select((x, j) => x + step * direction[i][j]).ToArray())];

    /// <summary>A direction that moves one vector only.</summary>
    public double[][] Only(int vector, double[] direction) => [.. Point.Select((other, i) => i == vector ? direction : new double[other.Length])];

    /// <summary>Σ aᵢ bᵢ over all vectors.</summary>
    public static double Dot(double[][] a, double[][] b) => a.Zip(b, (x, y) => x.Zip(y, (p, q) => p * q).Sum()).Sum();

    /// <summary>Standard normal vectors of the lengths of others.</summary>
    public static double[][] Normal(Key key, double[][] like) => [.. like.Select((vector, i) =>
    {
        double[] numbers = new double[vector.Length];
        key.Split((ulong)i).Normal<double>(numbers);
        return numbers;
    })];

    private ForwardResult<double> AtPoint => _atPoint ??= Run(Point);

    private ForwardResult<double> Run(double[][] point) => at.Layer.At<double>().Forward(new ForwardCall<double>(
        [.. at.Inputs.Select((tensor, i) => Tensor.From<double>(tensor.Shape, point[i]))],
        [.. at.Parameters.Select((tensor, i) => Tensor.From<double>(tensor.Shape, point[Inputs + i]))], at.State, at.Mode, at.Key));
}
