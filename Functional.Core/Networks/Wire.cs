namespace Functional.Core;

/// <summary>
/// The output of an input or layer while a pipeline is being built: what LINQ's range variables name. A wire carries a shape,
/// no data, and belongs to the pipeline that made it.
/// </summary>
public sealed record Wire
{
    // A layer that failed has no shape to give; its wire stands in for one so that all mistakes are found in one go.
    private readonly Shape? _shape;

    internal Wire(object pipeline, int slot, Shape? shape) => (Pipeline, Slot, _shape) = (pipeline, slot, shape);

    /// <summary>The shape of one example on this wire; <c>[1]</c> behind a mistake, which is reported anyway.</summary>
    public Shape Shape => _shape ?? [1];

    /// <summary>The number of elements of one example.</summary>
    public int Size => (int)Math.Min(Shape.LongSize, int.MaxValue);

    internal object Pipeline { get; }

    internal int Slot { get; }

    internal bool IsBroken => _shape is null;

    /// <summary>The wire's shape.</summary>
    public override string ToString() => $"Wire {Shape}";
}
