using Functional.Core;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Functional.Properties;

/// <summary>Layers are a category: <c>&gt;&gt;</c> composes, <see cref="Layers.Identity()"/> is its unit, and backward runs the other way round.</summary>
public static class CompositionLaws
{
    /// <summary><c>(f &gt;&gt; g) &gt;&gt; h = f &gt;&gt; (g &gt;&gt; h)</c>, as values.</summary>
    public static Finding Associative(Layer f, Layer g, Layer h) =>
        Same(new("associativity of >>", "(f >> g) >> h = f >> (g >> h)"), (f >> g) >> h, f >> (g >> h)).At(() => Again(nameof(Associative), f, g, h));

    /// <summary><c>Identity &gt;&gt; f = f</c>, as values.</summary>
    public static Finding LeftUnit(Layer f) => Same(new("left unit of >>", "Identity >> f = f"), Layers.Identity() >> f, f).At(() => Again(nameof(LeftUnit), f));

    /// <summary><c>f &gt;&gt; Identity = f</c>, as values.</summary>
    public static Finding RightUnit(Layer f) => Same(new("right unit of >>", "f >> Identity = f"), f >> Layers.Identity(), f).At(() => Again(nameof(RightUnit), f));

    /// <summary>
    /// For layers that draw nothing at random and keep no state: forward of <c>f &gt;&gt; g</c> is g's after f's, and backward is f's after g's, bit for bit.
    /// </summary>
    /// <param name="f">The first layer.</param>
    /// <param name="g">The layer behind it, which takes the shapes that <paramref name="f"/> gives.</param>
    /// <param name="inputs">x, batch first.</param>
    /// <param name="key">Where parameters and δy come from.</param>
    public static Finding Composed(Layer f, Layer g, Tensors<double> inputs, Key key)
    {
        var forwardLaw = new Claim("composition forward", "forward of f >> g is g's after f's");
        var backwardLaw = new Claim("composition backward", "backward of f >> g is f's after g's");
        var shapes = toSeq(inputs.Select(input => input.Shape.Example)).Strict();
        var between = f.Outputs(shapes).ThrowIfFail();
        Tensors<double> wf = Drawn(key.For("f"), f.Parameters(shapes)), wg = Drawn(key.For("g"), g.Parameters(between));
        var first = f.At<double>().Forward(new(inputs, wf));
        var second = g.At<double>().Forward(new(first.Outputs, wg));
        var u = Probe.Draw(key.For("u"), second.Outputs);
        var back = g.At<double>().Backward(new(u, second.Saved, wg));
        var front = f.At<double>().Backward(new(back.Inputs, first.Saved, wf));

        var both = (f >> g).At<double>();
        var whole = both.Forward(new(inputs, wf.Append(wg)));
        var wholeBack = both.Backward(new(u, whole.Saved, wf.Append(wg)));
        return Finding.Of(Compare.Bits(forwardLaw, "output", second.Outputs, whole.Outputs)
            .Concat(Compare.Bits(backwardLaw, "gradient of input", front.Inputs, wholeBack.Inputs))
            .Concat(Compare.Bits(backwardLaw, "gradient of parameter", front.Parameters.Append(back.Parameters), wholeBack.Parameters)).Take(1))
            .At(() => Again(nameof(Composed), f, g, inputs, key));
    }

    private static Tensors<double> Drawn(Key key, Seq<Parameter> parameters) => [.. parameters.Select((parameter, i) => Probe.Draw(key.Split((ulong)i), parameter.Shape))];

    private static string Again(string law, params object[] arguments) => CaseCode.Call($"{nameof(CompositionLaws)}.{law}", arguments);

    private static Finding Same(Claim law, Layer left, Layer right) => left.Equals(right)
        ? Finding.Pass
        : new(Verdict.Fail, new Violation(law.Name, law.Statement, "the layers", 0, 1, 0, $"left is {CSharpCode.Of(left)}, right is {CSharpCode.Of(right)}"));
}
