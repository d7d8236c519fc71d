using Functional.Core;
using LanguageExt;

namespace TextExample;

/// <summary>A training run as a lazy sequence of states.</summary>
public static class TextTraining
{
    /// <summary>
    /// The states after every so many steps, each along windows of the text that key and step decide, so that the same key gives the same run.
    /// Some states come with the loss on the held-out text, the first and the last among them.
    /// </summary>
    /// <param name="model">The network and how it learns.</param>
    /// <param name="corpus">The text.</param>
    /// <param name="key">Decides starting values and windows.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="planned">How many steps the learning rate's way is made for; by default so many.</param>
    /// <param name="every">Steps between two states.</param>
    /// <param name="measured">States between two that are measured.</param>
    public static IEnumerable<TrainingState<float>> Run(
        TextModel model, Corpus corpus, Key key, int steps, int? planned = null, int every = 25, int measured = 10)
    {
        var (objective, optimizer, windows) = (model.Objective, model.Optimizer(planned ?? steps), key.For("windows"));
        var heldOut = new MeasuredSet<float>(corpus.Measured(model.Length)) { BatchSize = model.BatchSize };
        var state = objective.Start<float>(optimizer, key);
        yield return Measured(state);
        for (int number = 1; state.Step < steps; number++)
        {
            int from = (int)state.Step, count = Math.Min(every, steps - from);
            var batches = Enumerable.Range(from, count).Select(step => corpus.Draw(windows.Split((ulong)step), model.Length, model.BatchSize));
            state = objective.Follow(optimizer, state, batches).ThrowIfFail() with { Validation = null };
            yield return state = number % measured == 0 || state.Step == steps ? Measured(state) : state;
        }

        TrainingState<float> Measured(TrainingState<float> at) => at with { Validation = objective.Measure(at.Parameters, at.State, heldOut).ThrowIfFail() };
    }
}
