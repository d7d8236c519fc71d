using System.Globalization;
using System.Numerics;
using System.Text;

namespace Functional.Core;

/// <summary>Tensors as readable text: <c>Tensor[2, 3] [[1, 2, 3], [4, 5, 6]]</c>.</summary>
internal static class TensorText
{
    private const int Shown = 3;

    public static string Of<T>(Tensor<T> tensor) where T : struct, IFloatingPointIeee754<T>
    {
        var text = new StringBuilder("Tensor").Append(tensor.Shape).Append(' ');
        Append(text, tensor.Span, tensor.Shape.Sizes.AsSpan());
        return text.ToString();
    }

    private static void Append<T>(StringBuilder text, ReadOnlySpan<T> elements, ReadOnlySpan<int> sizes)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (sizes.IsEmpty)
        {
            text.Append(elements[0].ToString("G6", CultureInfo.InvariantCulture));
            return;
        }
        int length = sizes[0], part = length == 0 ? 0 : elements.Length / length;
        text.Append('[');
        for (int i = 0; i < length; i++)
        {
            if (i > 0) text.Append(", ");
            if (length > 2 * Shown + 1 && i == Shown)
            {
                text.Append('…');
                i = length - Shown - 1;
                continue;
            }
            Append(text, elements.Slice(i * part, part), sizes[1..]);
        }
        text.Append(']');
    }
}
