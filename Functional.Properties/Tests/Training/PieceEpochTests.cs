using Functional.Core;
using Xunit;

namespace Functional.Properties.Tests;

/// <summary>Epochs over sets in pieces: the order is the key's, they can be left and taken up anywhere, and no more than a piece or two is in memory.</summary>
public class PieceEpochTests
{
    private static readonly Objective s_objective = TrainingSequenceTests.Objective;

    private static readonly Optimizer s_optimizer = Optimizers.Adam(0.02);

    private static TrainingState<float> Start => s_objective.Start<float>(s_optimizer, new Key(4));

    private static Batch<float>[] Pieces => [.. new[] { (0, 9), (9, 8), (17, 6) }.Select(part => TrainingSequenceTests.Data.Gather(Enumerable.Range(part.Item1, part.Item2).ToArray()))];

    [Fact]
    public void An_epoch_learns_from_every_example_once()
    {
        var sizes = new List<int>();
        var end = s_objective.EpochInPieces(s_optimizer, Start, Pieces, 4, (_, size) => sizes.Add(size)).Value();
        Assert.Equal([4, 4, 1, 4, 4, 4, 2], sizes);
        Assert.Equal((1, 7L, 0), (end.Epoch, end.Step, end.Position.Examples));
        Assert.Equal(1, end.History.Count);
        Assert.Equal(end.History[0].Loss, end.Loss, 1e-6);
        sizes.Clear();
        Assert.Equal(4L, s_objective.EpochInPieces(s_optimizer, Start, Pieces, new Batching(4, DropsLast: true), (_, size) => sizes.Add(size)).Value().Step - 1);
        Assert.Equal([4, 4, 4, 4, 4], sizes);
    }

    [Fact]
    public void A_last_piece_smaller_than_a_batch_is_left_out_with_the_short_batches()
    {
        var dropping = new Batching(7, DropsLast: true);
        var whole = s_objective.EpochInPieces(s_optimizer, Start, Pieces.Take(2), dropping).Value();
        Assert.Equal(whole, s_objective.EpochInPieces(s_optimizer, Start, Pieces, dropping).Value());
        Assert.Equal(2, whole.Step);
        // One in the middle keeps its place, so that the others are shuffled as they would be.
        var between = s_objective.EpochInPieces(s_optimizer, Start, [Pieces[0], Pieces[2], Pieces[1]], dropping).Value();
        Assert.Equal((1, 2L), (between.Epoch, between.Step));
    }

    [Fact]
    public void A_batch_may_be_larger_than_any_set()
    {
        var one = s_objective.EpochInPieces(s_optimizer, Start, Pieces, int.MaxValue).Value();
        Assert.Equal(s_objective.EpochInPieces(s_optimizer, Start, Pieces, 9).Value(), one);
        Assert.Equal(3, one.Step);
        Assert.Equal(s_objective.Epoch(s_optimizer, Start, TrainingSequenceTests.Data, 23).Value(), s_objective.Epoch(s_optimizer, Start, TrainingSequenceTests.Data, int.MaxValue - 7).Value());
        Assert.Equal(1, new Batching(int.MaxValue).Count(100));
        Assert.Equal(0, new Batching(int.MaxValue, DropsLast: true).Count(100));
    }

    [Fact]
    public void The_loss_of_an_epoch_is_the_mean_over_its_examples_however_they_are_cut_and_reduced()
    {
        foreach (var reduction in new[] { Reduction.Sum, Reduction.Mean })
        {
            var objective = Objective.Of(s_objective.Network, Losses.SoftmaxLogLoss(reduction)).Value();
            var start = objective.Start<float>(Optimizers.NoStep, new Key(4));
            float[] losses = [.. new[] { 1, 4, 23 }.Select(size => objective.Epoch(Optimizers.NoStep, start, TrainingSequenceTests.Data, size).Value().Loss)];
            float inPieces = objective.EpochInPieces(Optimizers.NoStep, start, Pieces, 4).Value().Loss;
            Assert.All(losses.Append(inPieces), loss => Assert.Equal(losses[0], loss, 1e-5f));
            Assert.InRange(losses[0], 0.2, 1.5);
        }
    }

    [Fact]
    public void Batches_are_those_of_a_shuffle_of_each_piece_by_the_key()
    {
        var key = Start.Key.For("shuffle").Split(0);
        var batches = Pieces.SelectMany((piece, i) => key.Split((ulong)i).Permutation(piece.Size).Chunk(4).Select(some => piece.Gather(some)));
        var expected = s_objective.Follow(s_optimizer, Start, batches).Value();
        var actual = s_objective.EpochInPieces(s_optimizer, Start, Pieces, 4).Value();
        Assert.Equal(expected.Parameters, actual.Parameters);
        Assert.Equal(expected.Optimizer, actual.Optimizer);
        // Another epoch is another shuffle, another key another run.
        Assert.NotEqual(s_objective.EpochInPieces(s_optimizer, Start with { Key = new(5) }, Pieces, 4).Value().Parameters, actual.Parameters);
    }

    [Fact]
    public void A_run_is_left_and_taken_up_after_any_step()
    {
        var expected = s_objective.EpochsInPieces(s_optimizer, Start, Pieces, 4).Take(2).Last();
        for (int stop = 1; stop <= 13; stop++)
        {
            using var source = new CancellationTokenSource();
            int steps = 0;
            void Seen(float loss, int size)
            {
                if (++steps == stop) source.Cancel();
            }
            var state = Start;
            while (!source.IsCancellationRequested) state = s_objective.EpochInPieces(s_optimizer, state, Pieces, 4, Seen, source.Token).Value();
            Assert.Equal(stop, state.Step);
            while (state.Epoch < 2) state = s_objective.EpochInPieces(s_optimizer, state, Pieces, 4).Value();
            Assert.Equal(expected, state);
        }
        using var before = new CancellationTokenSource();
        before.Cancel();
        Assert.Equal(Start, s_objective.EpochInPieces(s_optimizer, Start, Pieces, 4, null, before.Token).Value());
    }

    [Fact]
    public async Task Pieces_that_arrive_give_the_same()
    {
        Assert.Equal(s_objective.EpochInPieces(s_optimizer, Start, Pieces, 4).Value(), (await s_objective.EpochInPiecesAsync(s_optimizer, Start, Arriving(Pieces), 4)).Value());

        // Cancelled while it waits for the third piece, then taken up.
        using var source = new CancellationTokenSource();
        var middle = (await s_objective.EpochInPiecesAsync(s_optimizer, Start, Arriving(Pieces, () => { source.Cancel(); source.Token.ThrowIfCancellationRequested(); }), 4, null, source.Token)).Value();
        Assert.Equal((0, 5L, 17), (middle.Epoch, middle.Step, middle.Position.Examples));
        Assert.Equal(s_objective.EpochInPieces(s_optimizer, Start, Pieces, 4).Value(), s_objective.EpochInPieces(s_optimizer, middle, Pieces, 4).Value());
    }

    [Fact]
    public void Memory_stays_bounded()
    {
        // A hundred megabytes in pieces of one: what is alive is what the run holds, not what it has seen.
        var seen = new List<WeakReference>();
        int most = 0;
        IEnumerable<Batch<float>> Source()
        {
            for (int i = 0; i < 100; i++)
            {
                if (i % 10 == 9)
                {
                    GC.Collect();
                    most = Math.Max(most, seen.Count(reference => reference.IsAlive));
                }
                float[] numbers = new float[262_143];
                numbers[i] = 1;
                seen.Add(new(numbers));
                yield return new([new Tensor<float>(numbers, 0, [87_381, 3])], [Tensor.Zeros<float>([87_381, 2])]);
            }
        }
        var end = s_objective.EpochInPieces(s_optimizer, Start, Source(), 30_000).Value();
        Assert.Equal((1, 300L), (end.Epoch, end.Step));
        Assert.InRange(most, 0, 3);
    }

    [Fact]
    public void What_does_not_fit_is_told()
    {
        Assert.Contains("no pieces", s_objective.EpochInPieces(s_optimizer, Start, Array.Empty<Batch<float>>(), 4).Fault().Message);
        Assert.Contains("got 6 examples in batches of 7, the short one dropped", s_objective.EpochInPieces(s_optimizer, Start, Pieces[2..], new Batching(7, DropsLast: true)).Fault().Message);
        var far = Start with { Position = new(50, 1) };
        Assert.Contains("learned from 50 examples", s_objective.EpochInPieces(s_optimizer, far, Pieces, 4).Fault().Message);
        Assert.Contains("batch size 0", s_objective.EpochInPieces(s_optimizer, Start, Pieces, 0).Fault().Message);
    }

    [Fact]
    public void A_whole_set_can_drop_its_short_last_batch_too()
    {
        var sizes = new List<int>();
        var dropped = s_objective.Epoch(s_optimizer, Start, TrainingSequenceTests.Data, new Batching(4, DropsLast: true), (_, size) => sizes.Add(size)).Value();
        Assert.Equal([4, 4, 4, 4, 4], sizes);
        Assert.Equal((1, 0), (dropped.Epoch, dropped.Position.Examples));
        Assert.Equal(5, new Batching(4, DropsLast: true).Count(23));
        Assert.Equal(6, new Batching(4).Count(23));
        var steps = s_objective.Steps(s_optimizer, Start, TrainingSequenceTests.Data, new Batching(4, DropsLast: true)).Take(6).ToArray();
        Assert.Equal([0, 0, 0, 0, 1, 1], steps.Select(state => state.Epoch));
        Assert.Equal(dropped, steps[4]);
        Assert.Contains("the short one dropped", s_objective.Epoch(s_optimizer, Start, TrainingSequenceTests.Data, new Batching(24, DropsLast: true)).Fault().Message);
    }

    private static async IAsyncEnumerable<Batch<float>> Arriving(IEnumerable<Batch<float>> pieces, Action? beforeLast = null)
    {
        int number = 0;
        foreach (var piece in pieces)
        {
            await Task.Yield();
            if (++number == 3) beforeLast?.Invoke();
            yield return piece;
        }
    }
}
