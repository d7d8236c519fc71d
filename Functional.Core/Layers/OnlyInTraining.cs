using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Core;

/// <summary>
/// A layer that works in training only: y = f(x) there, y = x in inference, such as noise or augmentation. Backward alike. The layer gives the shapes that
/// it gets; parameters and statistics are the inner layer's (with gradients of 0 in inference).
/// </summary>
/// <param name="Inner">f.</param>
public sealed record OnlyInTrainingLayer(Layer Inner) : WrappedLayer(Inner)
{
    /// <inheritdoc/>
    public override Fin<Seq<Shape>> Outputs(Seq<Shape> inputs) => Inner.Outputs(inputs).Bind<Seq<Shape>>(outputs => outputs == inputs
        ? outputs
        : new Fault($"outputs {string.Join(", ", outputs)} for inputs {string.Join(", ", inputs)}", "the shapes that go in, as they come out unchanged in inference"));

    /// <inheritdoc/>
    public override Differentiable<T> At<T>()
    {
        var inner = Inner.At<T>();
        return new(
            (in ForwardCall<T> call) => call.Mode == Mode.Train ? inner.Forward(call) : new(call.Inputs, default, call.State),
            (in BackwardCall<T> call) =>
            {
                if (call.Mode == Mode.Train) return inner.Backward(call);
                var zeros = new Tensor<T>[call.Parameters.Count];
                for (int i = 0; i < zeros.Length; i++)
                {
                    var zero = call.ParameterGradient(i);
                    zero.Span.Clear();
                    zeros[i] = zero.Done();
                }
                return new(call.OutputGradients, Tensors.Owning(zeros));
            });
    }
}

public static partial class Layers
{
    /// <summary>The layer in training, nothing in inference. See <see cref="OnlyInTrainingLayer"/>.</summary>
    public static Layer OnlyInTraining(Layer inner) => new OnlyInTrainingLayer(inner);

    /// <inheritdoc cref="OnlyInTraining(Layer)"/>
    public static Pipeline<Wire> OnlyInTraining(Wire x, Layer inner) => OnlyInTraining(inner).On(x);
}
