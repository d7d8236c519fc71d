namespace Functional.Properties.Tests.Storage;

/// <summary>Damaged copies of valid files, the same in every run.</summary>
internal static class Mutations
{
    private const int Base = 5000;

    private static readonly byte[] Interesting = [0, 1, 0x7F, 0x80, 0xFF, .. "{}[]\":,-.eE0123456789\\u _"u8];

    /// <summary>Some thousand cases; the environment variable FUNCTIONAL_CASES multiplies them (200 makes a million).</summary>
    public static int Cases => Verify.Scaled(Base);

    /// <summary>The numbered damage: one to three mutations of one of the files, the header being hit as often as the rest.</summary>
    public static byte[] Of(IReadOnlyList<byte[]> files, int number)
    {
        Random random = new(number);
        byte[] bytes = [.. files[random.Next(files.Count)]];
        for (int i = random.Next(3); i >= 0; i--)
            bytes = Once(bytes, files[random.Next(files.Count)], random);
        return bytes;
    }

    private static byte[] Once(byte[] bytes, byte[] other, Random random)
    {
        // A copy: what comes next changes bytes where they lie.
        if (bytes.Length == 0)
            return [.. other];

        int at = random.Next(random.Next(2) == 0 ? Math.Min(bytes.Length, 16) : bytes.Length);
        int length = random.Next(Math.Min(16, bytes.Length - at) + 1);
        switch (random.Next(8))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[at] = Interesting[random.Next(Interesting.Length)];
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                // Data is cut off or added at the end.
                return random.Next(2) == 0 ? bytes[..^Math.Min(length, bytes.Length)] : [.. bytes, .. new byte[length]];
            case 4:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 5:
                int from = random.Next(other.Length);
                return [.. bytes[..at], .. other[from..random.Next(from, other.Length)], .. bytes[(at + length)..]];
            case 6:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            default:
                // A digit of the header's text, so that sizes, offsets and names change and the JSON stays whole.
                int[] digits = [.. Enumerable.Range(0, bytes.Length).Where(i => char.IsAsciiDigit((char)bytes[i]))];
                if (digits.Length > 0)
                    bytes[digits[random.Next(digits.Length)]] = (byte)('0' + random.Next(10));
                return bytes;
        }
    }
}
