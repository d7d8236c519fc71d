using Functional.Core;
using LanguageExt;
using static Functional.Core.Losses;

namespace Functional.Benchmarks;

/// <summary>A network of dense layers in training, to be stepped again and again.</summary>
internal sealed class Steps
{
    private readonly Objective _objective;
    private readonly Optimizer _optimizer;
    private readonly Batch<float> _batch;
    private TrainingState<float> _state;

    // The rates are so small that thousands of steps along one batch leave even a deep network about as it was.
    public Steps(Layer layers, int input, int output, int batch, bool adam)
    {
        _objective = Objective.Of(Network.Of([input], layers).ToFin().ThrowIfFail(), SoftmaxLogLoss()).ToFin().ThrowIfFail();
        _optimizer = adam ? Optimizers.Adam(1e-7) : Optimizers.Sgd(1e-5, momentum: 0.9);
        _state = _objective.Start<float>(_optimizer, new Key(1));
        float[] pixels = new float[batch * input];
        new Key(2).Normal<float>(pixels);
        _batch = new(
            Core.Tensor.From<float>([batch, input], pixels), Core.Tensor.Build<float>([batch, output], index => index[0] * 7 % output == index[1] ? 1 : 0));
    }

    public void Take(int steps) => _state = _objective.Follow(_optimizer, _state, Enumerable.Repeat(_batch, steps)).ThrowIfFail();

    /// <summary>The median time of a step in microseconds; the copies that a loop begins with are subtracted.</summary>
    public double Microseconds()
    {
        double one = Stopwatches.Median(() => Take(1));
        int many = Math.Clamp((int)(20_000 / one), 4, 200);
        return (Stopwatches.Median(() => Take(1 + many)) - one) / many;
    }

    /// <summary>Bytes that a step allocates; what a loop begins with is subtracted.</summary>
    public double Bytes()
    {
        Take(50);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Take(10);
        long between = GC.GetAllocatedBytesForCurrentThread();
        Take(110);
        return (GC.GetAllocatedBytesForCurrentThread() - between - (between - before)) / 100.0;
    }
}
