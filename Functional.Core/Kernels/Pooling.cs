using System.Numerics;
using System.Numerics.Tensors;

namespace Functional.Core.Kernels;

/// <summary>
/// Maxima and means over sliding windows, one channel after another. Padding takes no part in a maximum.
/// Shapes: x <c>[batch · channels, rows.In, columns.In]</c>, y <c>[batch · channels, rows.Out, columns.Out]</c>; δx and δy as these.
/// </summary>
internal static class Pooling
{
    /// <summary>y = the first of the largest elements under the window; NaN if there is one.</summary>
    public static void Max<T>(Slide rows, Slide columns, ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T>
    {
        int plane = rows.In * columns.In;
        bool pairs = PairPooling.Fits<T>(rows, columns);
        for (int from = 0, to = 0; from < x.Length; from += plane)
            for (int row = 0; row < rows.Out; row++, to += columns.Out)
            {
                var image = x.Slice(from, plane);
                int start = pairs ? PairPooling.Max(image[(2 * row * columns.In)..], columns.In, y.Slice(to, columns.Out)) : 0;
                for (int column = start; column < columns.Out; column++) y[to + column] = image[Largest(rows, columns, image, row, column)];
            }
    }

    /// <summary>δx = δy at the first of the largest elements under the window, or at the first NaN if there is one, else 0.</summary>
    public static void MaxBackward<T>(Slide rows, Slide columns, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        int plane = rows.In * columns.In;
        bool pairs = PairPooling.Fits<T>(rows, columns);
        dx.Clear();
        for (int to = 0, from = 0; to < x.Length; to += plane)
            for (int row = 0; row < rows.Out; row++, from += columns.Out)
            {
                var image = x.Slice(to, plane);
                var gradient = dx.Slice(to, plane);
                int start = pairs
                    ? PairPooling.MaxBackward(image[(2 * row * columns.In)..], columns.In, dy.Slice(from, columns.Out), gradient[(2 * row * columns.In)..])
                    : 0;
                for (int column = start; column < columns.Out; column++) gradient[Largest(rows, columns, image, row, column)] += dy[from + column];
            }
    }

    /// <summary>y = the mean under the window: of what is inside the image, or with the padding as zeros.</summary>
    public static void Mean<T>(Slide rows, Slide columns, bool countPadding, ReadOnlySpan<T> x, Span<T> y) where T : struct, IFloatingPointIeee754<T>
    {
        for (int place = 0; place < y.Length; place++)
        {
            var window = new Window(rows, columns, place, countPadding);
            T sum = T.Zero;
            for (int row = window.Top; row < window.Bottom; row++)
                for (int column = window.Left; column < window.Right; column++) sum += x[window.Plane + row * columns.In + column];
            y[place] = sum / T.CreateChecked(window.Count);
        }
    }

    /// <summary>δx = the sum over the windows that an element is in of δy over the window's count.</summary>
    public static void MeanBackward<T>(Slide rows, Slide columns, bool countPadding, ReadOnlySpan<T> dy, Span<T> dx) where T : struct, IFloatingPointIeee754<T>
    {
        dx.Clear();
        for (int place = 0; place < dy.Length; place++)
        {
            var window = new Window(rows, columns, place, countPadding);
            T share = dy[place] / T.CreateChecked(window.Count);
            for (int row = window.Top; row < window.Bottom; row++)
                for (int column = window.Left; column < window.Right; column++) dx[window.Plane + row * columns.In + column] += share;
        }
    }

    private static int Largest<T>(Slide rows, Slide columns, ReadOnlySpan<T> image, int row, int column) where T : struct, IFloatingPointIeee754<T>
    {
        int top = row * rows.Stride - rows.Before, left = column * columns.Stride - columns.Before;
        int bottom = Math.Min(top + rows.Kernel, rows.In), right = Math.Min(left + columns.Kernel, columns.In);
        (top, left) = (Math.Max(top, 0), Math.Max(left, 0));
        int largest = top * columns.In + left;
        for (int i = top; i < bottom; i++)
            for (int place = i * columns.In + left; place < i * columns.In + right; place++)
                if (image[place] > image[largest] || (T.IsNaN(image[place]) && !T.IsNaN(image[largest]))) largest = place;
        return largest;
    }

    /// <summary>What of an output's window lies in the image.</summary>
    private readonly ref struct Window
    {
        public Window(Slide rows, Slide columns, int place, bool countPadding)
        {
            int column = place % columns.Out, row = place / columns.Out % rows.Out;
            Plane = place / (rows.Out * columns.Out) * rows.In * columns.In;
            int top = row * rows.Stride - rows.Before, left = column * columns.Stride - columns.Before;
            (Top, Bottom, Left, Right) = (Math.Max(top, 0), Math.Min(top + rows.Kernel, rows.In), Math.Max(left, 0), Math.Min(left + columns.Kernel, columns.In));
            Count = countPadding ? rows.Kernel * columns.Kernel : (Bottom - Top) * (Right - Left);
        }

        public int Plane { get; }

        public int Top { get; }

        public int Bottom { get; }

        public int Left { get; }

        public int Right { get; }

        public int Count { get; }
    }
}
