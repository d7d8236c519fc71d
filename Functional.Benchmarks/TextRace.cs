using System.Diagnostics;
using Functional.Core;
using LanguageExt;
using TextExample;
using TorchSharp;
using static TorchSharp.torch;

namespace Functional.Benchmarks;

/// <summary>
/// The models of examples/Text in both systems: from equal weights, along equal windows, with equal optimizers. Prints the held-out losses of both as
/// they learn, and the time of their steps, taken in turn.
/// </summary>
internal static class TextRace
{
    private const int Turn = 25;

    public static void Run(Options options, string name)
    {
        var corpus = Corpus.Read();
        int alphabet = corpus.Alphabet.Length, steps = options.Number("--steps", 300), every = options.Number("--every", 4 * Turn);
        var model = name == "gru" ? TextModel.Gru(alphabet) : TextModel.Transformer(alphabet);
        // Another length of the run bends the schedule; a comparison of the first steps of a longer run keeps it.
        int planned = options.Number("--schedule", steps);
        var (key, optimizer) = (new Key(1), model.Optimizer(planned));
        var states = TextTraining.Run(model, corpus, key, steps, planned, every: Math.Min(Turn, every), measured: Math.Max(1, every / Turn)).GetEnumerator();
        using var torch = new Peer(model, alphabet);
        TimeSpan ours = default, theirs = default;
        Console.WriteLine($"{model.Name}, {model.BatchSize} windows of {model.Length} characters, {get_num_threads()} threads");
        Console.WriteLine($"{"step",5} {"ours",9} {"TorchSharp",11} {"ratio",8}   ms a step so far: ours, TorchSharp");
        for (int step = 0; states.MoveNext();)
        {
            var state = states.Current;
            if (state.Step == 0) Contest.CopyWeights(state.Parameters, torch.Module);
            ours = state.Elapsed;
            long began = Stopwatch.GetTimestamp();
            for (; step < state.Step; step++)
                torch.Step(corpus.Draw(key.For("windows").Split((ulong)step), model.Length, model.BatchSize), optimizer.RateAt(step));
            theirs += Stopwatch.GetElapsedTime(began);
            if (state.Validation is not { } held) continue;
            double peer = torch.Loss(corpus.Measured(model.Length), model.BatchSize);
            Console.WriteLine($"{state.Step,5} {held.Loss,9:F5} {peer,11:F5} {held.Loss / peer,8:F5}   {(step == 0 ? "" : $"{ours.TotalMilliseconds / step:F1}, {theirs.TotalMilliseconds / step:F1}")}");
        }
    }

    /// <summary>The model in TorchSharp, its parameters in the order of ours, with Adam behind clipping.</summary>
    private sealed class Peer : IDisposable
    {
        private readonly optim.Optimizer _adam;
        private readonly TorchSharp.Modules.CrossEntropyLoss _loss = nn.CrossEntropyLoss();

        public Peer(TextModel model, int alphabet)
        {
            Module = model.Name == "gru" ? new TorchGru(alphabet, 128, 256) : new TorchTransformer(alphabet, 128, heads: 4, blocks: 4, model.Length);
            _adam = optim.Adam(Module.parameters(), 1e-3);
        }

        public nn.Module<torch.Tensor, torch.Tensor> Module { get; }

        public void Step(Batch<float> batch, double rate)
        {
            using var scope = NewDisposeScope();
            foreach (var group in _adam.ParamGroups) group.LearningRate = rate;
            _adam.zero_grad();
            Error(batch).backward();
            nn.utils.clip_grad_norm_(Module.parameters(), 1);
            _adam.step();
        }

        public double Loss(Batch<float> set, int size)
        {
            double sum = 0;
            using var quiet = no_grad();
            for (int start = 0; start < set.Size; start += size)
            {
                using var scope = NewDisposeScope();
                int count = Math.Min(size, set.Size - start);
                sum += count * Error(set.Gather(Enumerable.Range(start, count).ToArray())).item<float>();
            }
            return sum / set.Size;
        }

        public void Dispose()
        {
            _adam.Dispose();
            _loss.Dispose();
            Module.Dispose();
        }

        private torch.Tensor Error(Batch<float> batch) => _loss.call(Module.call(Numbers(batch.Inputs[0])).flatten(0, 1), Numbers(batch.Targets[0]).view(-1));

        private static torch.Tensor Numbers(Tensor<float> windows) => tensor([.. windows.ToArray().Select(number => (long)number)], [windows.Shape[0], windows.Shape[1]]);
    }
}
