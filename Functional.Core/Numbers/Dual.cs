using System.Numerics;

namespace Functional.Core;

/// <summary>
/// A dual number v + t ε with ε² = 0: a value together with how fast it changes. Run a function at dual numbers and it carries its
/// own derivative along, exactly and without any step: f(v + t ε) = f(v) + f′(v) t ε. This is forward-mode differentiation; the generic
/// code of a layer, run at <c>Dual&lt;double&gt;</c>, gives J·v. Nested, <c>Dual&lt;Dual&lt;double&gt;&gt;</c>, it gives second derivatives.
/// </summary>
/// <param name="Value">v.</param>
/// <param name="Tangent">t, the derivative along the direction of the inputs' tangents.</param>
/// <remarks>
/// Comparisons, <c>==</c> and questions such as <c>IsNaN</c> look at the value alone, so that code takes the branches that it takes without
/// tangents. W. K. Clifford 1873 for the numbers; R. Wengert, A Simple Automatic Derivative Evaluation Program, 1964, for their use.
/// </remarks>
public readonly partial struct Dual<T>(T Value, T Tangent) : IFloatingPointIeee754<Dual<T>> where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>v.</summary>
    public T Value { get; } = Value;

    /// <summary>t.</summary>
    public T Tangent { get; } = Tangent;

    /// <summary>A number that does not change: tangent 0.</summary>
    public static Dual<T> Constant(T value) => new(value, T.Zero);

    /// <summary>The number that the derivative is taken by: tangent 1.</summary>
    public static Dual<T> Variable(T value) => new(value, T.One);

    /// <summary>(a + b)′ = a′ + b′.</summary>
    public static Dual<T> operator +(Dual<T> a, Dual<T> b) => new(a.Value + b.Value, a.Tangent + b.Tangent);

    /// <summary>(a − b)′ = a′ − b′.</summary>
    public static Dual<T> operator -(Dual<T> a, Dual<T> b) => new(a.Value - b.Value, a.Tangent - b.Tangent);

    /// <summary>(a b)′ = a′ b + a b′.</summary>
    public static Dual<T> operator *(Dual<T> a, Dual<T> b) => new(a.Value * b.Value, Product(a.Tangent, b.Value) + Product(b.Tangent, a.Value));

    /// <summary>(a / b)′ = (a′ − (a / b) b′) / b.</summary>
    public static Dual<T> operator /(Dual<T> a, Dual<T> b)
    {
        T quotient = a.Value / b.Value;
        return new(quotient, (a.Tangent - Product(b.Tangent, quotient)) / b.Value);
    }

    /// <summary>(a mod b)′ = a′ − ⌊a / b⌋ b′, rounding towards zero.</summary>
    public static Dual<T> operator %(Dual<T> a, Dual<T> b) => new(a.Value % b.Value, a.Tangent - Product(b.Tangent, T.Truncate(a.Value / b.Value)));

    /// <summary>(−a)′ = −a′.</summary>
    public static Dual<T> operator -(Dual<T> a) => new(-a.Value, -a.Tangent);

    /// <summary>The number itself.</summary>
    public static Dual<T> operator +(Dual<T> a) => a;

    /// <summary>One more.</summary>
    public static Dual<T> operator ++(Dual<T> a) => a + One;

    /// <summary>One less.</summary>
    public static Dual<T> operator --(Dual<T> a) => a - One;

    /// <summary>Whether the values are equal.</summary>
    public static bool operator ==(Dual<T> a, Dual<T> b) => a.Value == b.Value;

    /// <summary>Whether the values differ.</summary>
    public static bool operator !=(Dual<T> a, Dual<T> b) => a.Value != b.Value;

    /// <summary>Compares the values.</summary>
    public static bool operator <(Dual<T> a, Dual<T> b) => a.Value < b.Value;

    /// <summary>Compares the values.</summary>
    public static bool operator >(Dual<T> a, Dual<T> b) => a.Value > b.Value;

    /// <summary>Compares the values.</summary>
    public static bool operator <=(Dual<T> a, Dual<T> b) => a.Value <= b.Value;

    /// <summary>Compares the values.</summary>
    public static bool operator >=(Dual<T> a, Dual<T> b) => a.Value >= b.Value;

    /// <inheritdoc/>
    public int CompareTo(Dual<T> other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj is Dual<T> other ? CompareTo(other) : throw new ArgumentException($"{obj} is not a {nameof(Dual<>)} number.", nameof(obj));

    /// <summary>Whether value and tangent are equal: the tensors' sense of equality, stricter than <c>==</c>.</summary>
    public bool Equals(Dual<T> other) => Value.Equals(other.Value) && Tangent.Equals(other.Tangent);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Dual<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Value, Tangent);

    /// <summary>Value and tangent: <c>2 + 1ε</c>.</summary>
    public override string ToString() => $"{Value} + {Tangent}ε";

    // A tangent of 0 stays 0, also against an infinite slope: what does not move has no derivative to be undefined.
    // Equals, since in a nested number == would overlook a tangent whose own tangent is not 0.
    private static T Product(T tangent, T slope) => tangent.Equals(T.Zero) ? T.Zero : tangent * slope;

    private Dual<T> Chain(T value, T slope) => new(value, Product(Tangent, slope));
}
