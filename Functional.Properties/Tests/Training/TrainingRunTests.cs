using Functional.Core;
using Functional.Core.Kernels;
using Xunit;
using static Functional.Core.Layers;
using static Functional.Core.Losses;

namespace Functional.Properties.Tests;

/// <summary>Steps on numbers that the run alone holds: the same bits as the pure functions give, on any number of threads, and next to no garbage.</summary>
[Collection("Workers")]
public class TrainingRunTests
{
    private const int BytesALayer = 256;

    private static Objective ObjectiveOf(int input, Layer layers) =>
        Objective.Of(Network.Of([input], layers).ToFin().ThrowIfFail(), SoftmaxLogLoss()).ToFin().ThrowIfFail();

    private static Batch<float> Data(int batch, int width, int classes)
    {
        float[] pixels = new float[batch * width];
        new Key((ulong)batch).Normal<float>(pixels);
        return new(Tensor.From<float>([batch, width], pixels), Tensor.Build<float>([batch, classes], at => at[0] * 7 % classes == at[1] ? 1 : 0));
    }

    private static Layer Deep(int depth, int width)
    {
        var layers = Dense(width) >> Relu;
        for (int i = 1; i < depth; i++) layers = layers >> Dense(width) >> Relu;
        return layers >> Dense(10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(32)]
    [InlineData(33)]
    public void A_step_is_the_gradient_and_the_update_bit_for_bit(int batch)
    {
        foreach (var optimizer in new[] { Optimizers.Sgd(0.1), Optimizers.Sgd(0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01), Optimizers.Adam(0.01) })
        {
            foreach (var (width, layers) in new[] { (70, Deep(2, 37)), (5000, Dense(3) >> Sigmoid >> Dense(10)), (1, Dense(1) >> Tanh >> Dense(10)) })
            {
                var objective = ObjectiveOf(width, layers);
                var data = Data(batch, width, 10);
                var start = objective.Start<float>(optimizer, new Key(5));
                var (parameters, memory) = (start.Parameters, start.Optimizer);
                for (int i = 0; i < 3; i++)
                {
                    var gradients = objective.ValueAndGradient(parameters, data.Inputs, data.Targets, new Step<float>(start.State, Mode.Train)).ThrowIfFail().Gradients;
                    (parameters, memory) = optimizer.Update(parameters, gradients, memory);
                }
                var end = objective.Follow(optimizer, start, [data, data, data]).ThrowIfFail();
                Assert.Equal(parameters, end.Parameters);
                Assert.Equal(memory, end.Optimizer);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(200)]
    public void Threads_do_not_change_a_bit(int batch)
    {
        var objective = ObjectiveOf(300, Dense(256) >> Sigmoid >> Dense(256) >> Relu >> Dense(10));
        var optimizer = Optimizers.Adam(1e-3);
        var data = Data(batch, 300, 10);
        var start = objective.Start<float>(optimizer, new Key(5));
        int before = Workers.Count;
        try
        {
            Workers.Count = 1;
            var alone = objective.Follow(optimizer, start, [data, data]).ThrowIfFail();
            foreach (int threads in new[] { 2, 3, 8 })
            {
                Workers.Count = threads;
                Assert.Equal(alone, objective.Follow(optimizer, start, [data, data]).ThrowIfFail());
            }
        }
        finally
        {
            Workers.Count = before;
        }
    }

    /// <summary>Whatever the batch, the widths, the depth and the number of threads.</summary>
    [Theory]
    [InlineData(784, 128, 1, 1)]
    [InlineData(784, 128, 1, 512)]
    [InlineData(784, 512, 2, 8)]
    [InlineData(64, 64, 100, 16)]
    public void A_step_allocates_at_most_256_bytes_a_layer(int input, int width, int depth, int batch)
    {
        var objective = ObjectiveOf(input, Deep(depth, width));
        var optimizer = Optimizers.Adam(1e-3);
        var data = Data(batch, input, 10);
        var state = objective.Start<float>(optimizer, new Key(5));
        void Take(int steps) => state = objective.Follow(optimizer, state, Enumerable.Repeat(data, steps)).ThrowIfFail();

        Take(3);
        int layers = objective.Network.Nodes.Count;
        // The steady state is the least of a few: what happens once, such as memory that grows or code that is compiled again, is in one of them at most.
        double Least(int steps) => Enumerable.Range(0, 4).Min(_ => Allocated(() => Take(steps)));
        Assert.InRange((Least(12) - Least(2)) / 10 / layers, 0, BytesALayer);
    }

    [Fact]
    public void Inference_into_memory_of_the_callers_allocates_at_most_256_bytes_a_layer()
    {
        var network = Network.Of([784], Deep(2, 128)).ToFin().ThrowIfFail();
        var parameters = network.Initialize<float>(new Key(1));
        var x = Data(64, 784, 10).Inputs;
        float[] answer = new float[640];
        void Ask() => network.ForwardInto(parameters, x, answer).ThrowIfFail();

        Ask();
        Assert.Equal(network.Forward(parameters, x).ThrowIfFail()[0].ToArray(), answer);
        double bytes = Allocated(() =>
        {
            for (int i = 0; i < 10; i++) Ask();
        });
        Assert.InRange(bytes / 10 / network.Nodes.Count, 0, BytesALayer);
    }

    [Fact]
    public void Memory_that_does_not_fit_is_refused_and_left_alone()
    {
        var network = Network.Of([4], Dense(3)).ToFin().ThrowIfFail();
        float[] answer = [7, 7];
        string message = network.ForwardInto(network.Initialize<float>(new Key(1)), Tensor.Zeros<float>([2, 4]), answer).Fault().Message;
        Assert.Contains("memory for 2 numbers", message);
        Assert.Contains("6: [2, 3]", message);
        Assert.Equal([7, 7], answer);
    }

    private static long Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
