using System.Globalization;

namespace Functional.Core;

/// <summary>A height and a width, such as of a kernel; one number where both are equal: <c>Conv2d(32, 3)</c> or <c>Conv2d(32, (3, 5))</c>.</summary>
/// <param name="Height">Along the axis before the last.</param>
/// <param name="Width">Along the last axis.</param>
public sealed record Extent(int Height, int Width)
{
    /// <summary>1 × 1.</summary>
    public static Extent One { get; } = new(1, 1);

    /// <summary>As high as wide.</summary>
    public static Extent Square(int size) => new(size, size);

    /// <summary>As high as wide.</summary>
    public static implicit operator Extent(int size) => Square(size);

    /// <summary>A height and a width.</summary>
    public static implicit operator Extent((int Height, int Width) size) => new(size.Height, size.Width);

    /// <summary>The height and the width: <c>3 × 5</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Height} × {Width}");
}
