using FsCheck;
using FsCheck.Fluent;
using Functional.Core;
using LanguageExt;
using static Functional.Core.Layers;
using static LanguageExt.Prelude;

namespace Functional.Properties.Tests.Storage;

/// <summary>Networks of every kind of wiring and setting, grown by random steps from vectors of a few sizes.</summary>
public static class RandomNetwork
{
    public static Arbitrary<Network> Networks() => Gen.Choose(0, int.MaxValue).Select(seed => Grow(new Random(seed))).ToArbitrary();

    private static Network Grow(Random random)
    {
        int width = random.Next(2, 5), steps = random.Next(1, 9);
        var pipeline =
            from x in Input(width)
            from encode in Shared(Dense(width) >> Tanh)
            from grown in Steps(random, Seq1(x), encode, steps)
            select toSeq(Enumerable.Range(0, random.Next(1, 4)).Select(_ => grown[random.Next(grown.Count)])).Strict();
        return Named(random, pipeline.Build().ToFin().ThrowIfFail());
    }

    private static Pipeline<Seq<Wire>> Steps(Random random, Seq<Wire> wires, Func<Wire, Pipeline<Wire>> encode, int count) => count == 0
        ? Pipeline.Return(wires)
        : Step(random, wires, encode).SelectMany(more => Steps(random, (wires + more).Strict(), encode, count - 1));

    // Every wire has the shape of the first, so that any can be joined with any.
    private static Pipeline<Seq<Wire>> Step(Random random, Seq<Wire> wires, Func<Wire, Pipeline<Wire>> encode)
    {
        Wire a = wires[random.Next(wires.Count)], b = wires[random.Next(wires.Count)];
        int width = a.Size;
        double setting = random.NextDouble() * 4 - 2;
        return random.Next(14) switch
        {
            0 => One(Input($"extra{wires.Count}", width)),
            1 => One((Dense(width, bias: random.Next(2) == 0) with { Name = random.Next(2) == 0 ? "named" : null }).On(a)),
            2 => One(new DenseLayer(width) { WeightInitializer = Initializer.Orthogonal(setting), BiasInitializer = Initializer.Normal(setting, 0.1) }.On(a)),
            3 => One(new DenseLayer(width) { WeightInitializer = Initializer.HeNormal, BiasInitializer = Initializer.Uniform(-1 / 3.0, double.Epsilon) }.On(a)),
            4 => One((Relu() >> Sigmoid).On(a)),
            5 => One((Softmax() >> LogSoftmax).On(a)),
            6 => One(Residual(a, v => from d in Dense(v, v.Size) from s in Residual(Relu() >> Dense(v.Size)).On(d) select s)),
            7 => One(encode(a)),
            8 => One(Add(a, b)),
            9 => One(from s in Subtract(a, b) from m in Multiply(s, a) select m),
            10 => One(from joined in Concat(a, b) from y in Dense(joined, width) select y),
            11 => from parts in Split(a, 1, width - 1)
                  from joined in Concat(parts[1], parts[0])
                  select Seq1(joined),
            12 => One(from square in Reshape(a, [width, 1]) from y in Flatten(square) select y),
            _ => One(from loss in Losses.SoftmaxLogLoss(a, b) from row in Reshape(loss, [1]) from y in Dense(row, width) select y),
        };
    }

    private static Pipeline<Seq<Wire>> One(Pipeline<Wire> wire) => wire.Select(value => Seq1(value));

    private static Network Named(Random random, Network network) => random.Next(3) == 0 ? network with { Name = "encoder" } : network;
}
