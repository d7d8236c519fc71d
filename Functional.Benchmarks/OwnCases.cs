using BenchmarkDotNet.Attributes;
using Functional.Core;
using Functional.Core.Kernels;

namespace Functional.Benchmarks;

/// <summary>Our own cases under BenchmarkDotNet, one thread, with what they allocate.</summary>
[MemoryDiagnoser]
public class OwnCases
{
    private readonly float[] _a = new float[512 * 512], _b = new float[512 * 512], _c = new float[512 * 512];
    private Steps _sigmoids = null!, _relus = null!;

    /// <summary>Examples in a batch.</summary>
    [Params(1, 32, 512)]
    public int Batch { get; set; }

    /// <summary>One thread, random numbers, two networks.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        Workers.Count = 1;
        new Key(1).Normal<float>(_a);
        new Key(2).Normal<float>(_b);
        _sigmoids = new(MlpRaces.Sigmoids(), 784, 10, Batch, adam: false);
        _relus = new(MlpRaces.Relus(), 784, 10, Batch, adam: true);
    }

    /// <summary>Ten steps of 784-128-10.</summary>
    [Benchmark(OperationsPerInvoke = 10)]
    public void TrainSigmoid() => _sigmoids.Take(10);

    /// <summary>Ten steps of 784-512-512-10.</summary>
    [Benchmark(OperationsPerInvoke = 10)]
    public void TrainRelu() => _relus.Take(10);

    /// <summary>A product of matrices of 512 × 512.</summary>
    [Benchmark]
    public void Product() => MatrixProduct.Multiply<float>(512, 512, 512, _a, false, _b, false, _c);
}
