using System.Numerics;
using Functional.Core;
using Functional.Core.Kernels;
using Xunit;

namespace Functional.Properties.Tests.Kernels;

/// <summary>A long pass is shared by the workers whatever its function is, and on one thread it stays the single call that it was.</summary>
[Collection("Workers")]
public sealed class ElementwiseMapTests : IDisposable
{
    private static int s_calls;

    private readonly int _before = Workers.Count;

    public void Dispose() => Workers.Count = _before;

    [Fact]
    public void A_function_of_ones_own_is_shared_too()
    {
        float[] numbers = [.. Enumerable.Range(0, 3 * Chunks.Grain + 5).Select(i => i - 50_000f)];
        var x = Tensor.From<float>([1, numbers.Length], numbers);
        Assert.Equal(1, Calls(workers: 1));
        Assert.InRange(Calls(workers: 2), 2, 100);
        Assert.InRange(Calls(workers: 3), 3, 100);

        int Calls(int workers)
        {
            (Workers.Count, s_calls) = (workers, 0);
            Assert.Equal(numbers.Select(number => number + number), new ElementwiseLayer<Doubled>().Run<float>(x)[0].ToArray());
            return s_calls;
        }
    }

    [Fact]
    public void One_thread_allocates_no_more_than_the_function_as_an_object()
    {
        Workers.Count = 1;
        Tensor<float> x = Tensor.Filled<float>([1, 4 * Chunks.Grain], -2), y = Tensor.Filled<float>(x.Shape, float.NaN);
        for (int i = 0; i < 3; i++) ElementwiseMap.Forward(new LeakyReluFunction(0.5), x, y);
        long start = GC.GetAllocatedBytesForCurrentThread();
        ElementwiseMap.Forward(new LeakyReluFunction(0.5), x, y);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - start, 0, 64);
        Assert.Equal(Tensor.Filled<float>(x.Shape, -1), y);
    }

    private readonly record struct Doubled : IVectorElementwise
    {
        public T Value<T>(T x) where T : struct, IFloatingPointIeee754<T> => x + x;

        public T Derivative<T>(T x, T y) where T : struct, IFloatingPointIeee754<T> => T.One + T.One;

        public void Values<T>(ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T>
        {
            Interlocked.Increment(ref s_calls);
            for (int i = 0; i < x.Length; i++) y[i] = x[i] + x[i];
        }

        public Vector<T> Derivatives<T>(Vector<T> x, Vector<T> y) where T : struct, IFloatingPointIeee754<T> => Vector<T>.One + Vector<T>.One;
    }
}
