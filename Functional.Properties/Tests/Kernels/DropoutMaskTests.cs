using Functional.Core;
using Functional.Core.Kernels;
using Xunit;

namespace Functional.Properties.Tests.Kernels;

/// <summary>The mask, word for word from the block cipher: whole blocks, the rest of one, and chunks of several threads.</summary>
[Collection("Workers")]
public sealed class DropoutMaskTests : IDisposable
{
    private readonly int _before = Workers.Count;

    public void Dispose() => Workers.Count = _before;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_element_is_decided_by_its_word_of_its_block(int workers)
    {
        Workers.Count = workers;
        foreach (int size in new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 1021, 1022, 1023, 4 * Chunks.Grain + 7 })
            foreach (double rate in new[] { 0.1, 0.5, 0.9 })
            {
                var mask = Tensor.Filled([size], float.NaN);
                DropoutMask.Fill(new Key(0x0123456789ABCDEF), rate, mask);
                for (int i = 0; i < size; i++)
                {
                    // The 2 keeps these draws apart from the key's others.
                    var (a, b, c, d) = Philox.Block(((uint)i / 4, 0, 2, 0), (0x89ABCDEF, 0x01234567));
                    uint word = (i % 4) switch { 0 => a, 1 => b, 2 => c, _ => d };
                    float expected = word < Math.Round(rate * Math.Pow(2, 32)) ? 0 : (float)(1 / (1 - rate));
                    if (!expected.Equals(mask.Span[i])) Assert.Fail($"element {i} of {size} at rate {rate}: expected {expected}, got {mask.Span[i]}");
                }
            }
    }
}
