using System.Numerics;

namespace Functional.Core;

/// <summary>
/// Where a recurrent layer keeps what it computes: one block of numbers, each part step by step in the order in which the steps are
/// taken, and within a step example by example. The states have a place more: before the first step.
/// </summary>
internal readonly struct RecurrentMemory
{
    private readonly int _gates, _apart, _h, _c, _hNew, _cNew;

    private RecurrentMemory(int gates, bool hasCell, bool isApart, bool isMasked, bool isReverse, int length, int batch, int inputs, int width)
    {
        (Length, Batch, Inputs, Width, Gates) = (length, batch, inputs, width, gates * width);
        int rows = length * batch, states = (length + 1) * batch * width;
        checked
        {
            _gates = rows * inputs;
            _apart = _gates + rows * Gates;
            _h = _apart + (isApart ? rows * Gates : 0);
            _c = _h + states;
            _hNew = _c + (hasCell ? states : 0);
            _cNew = _hNew + (isMasked ? rows * width : 0);
            Size = _cNew + (isMasked && hasCell ? rows * width : 0);
        }
        (HasCell, IsApart, IsMasked, IsReverse) = (hasCell, isApart, isMasked, isReverse);
    }

    /// <summary>The memory of a layer of one kind of cell.</summary>
    public static RecurrentMemory Of<TCell>(RecurrentLayer layer, int length, int batch, int inputs) where TCell : struct, IRecurrentCell
    {
        TCell cell = default;
        return new(cell.Gates, cell.HasCell, cell.IsApart, layer.IsMasked, layer.IsReverse, length, batch, inputs, layer.Width);
    }

    public int Length { get; }

    public int Batch { get; }

    public int Inputs { get; }

    public int Width { get; }

    /// <summary>Numbers of all gates of an example.</summary>
    public int Gates { get; }

    public int Size { get; }

    private bool HasCell { get; }

    private bool IsApart { get; }

    private bool IsMasked { get; }

    private bool IsReverse { get; }

    /// <summary>The step's place in time, where inputs and outputs lie example by example.</summary>
    public int Place(int step, int example) => example * Length + (IsReverse ? Length - 1 - step : step);

    /// <summary>Some neighbouring rows of a matrix.</summary>
    public static Span<T> Row<T>(Span<T> all, int row, int width, int rows = 1) => all.Slice(row * width, rows * width);

    /// <inheritdoc cref="Row{T}(Span{T}, int, int, int)"/>
    public static ReadOnlySpan<T> Row<T>(ReadOnlySpan<T> all, int row, int width, int rows = 1) => all.Slice(row * width, rows * width);

    /// <summary>All inputs, <c>[length, batch, in]</c>.</summary>
    public Span<T> X<T>(Span<T> all) => all[.._gates];

    /// <summary>All gates, <c>[length, batch, gates]</c>.</summary>
    public Span<T> AllGates<T>(Span<T> all) => all[_gates.._apart];

    /// <summary>The gates of an example at a step.</summary>
    public Span<T> GatesAt<T>(Span<T> all, int step, int example) => all.Slice(_gates + (step * Batch + example) * Gates, Gates);

    /// <summary>W_hh h′ + b_hh of some examples at a step, where it is kept apart from the gates.</summary>
    public Span<T> B<T>(Span<T> all, int step, int example, int examples = 1) =>
        IsApart ? all.Slice(_apart + (step * Batch + example) * Gates, examples * Gates) : default;

    /// <summary>The states of some examples before a step; after the last step for step <see cref="Length"/>.</summary>
    public Span<T> H<T>(Span<T> all, int step, int example, int examples = 1) => all.Slice(_h + (step * Batch + example) * Width, examples * Width);

    /// <summary>The cells of some examples before a step, if there are any; after the last step for step <see cref="Length"/>.</summary>
    public Span<T> C<T>(Span<T> all, int step, int example, int examples = 1) =>
        HasCell ? all.Slice(_c + (step * Batch + example) * Width, examples * Width) : default;

    /// <summary>What the cell made of the state at a step; without a mask it is the next state itself.</summary>
    public Span<T> NewH<T>(Span<T> all, int step, int example) =>
        IsMasked ? all.Slice(_hNew + (step * Batch + example) * Width, Width) : H(all, step + 1, example);

    /// <summary>What the cell made of the cell at a step; without a mask it is the next one itself.</summary>
    public Span<T> NewC<T>(Span<T> all, int step, int example) =>
        IsMasked && HasCell ? all.Slice(_cNew + (step * Batch + example) * Width, Width) : C(all, step + 1, example);
}
