using System.Collections.Immutable;

namespace Functional.Core.Storage;

/// <summary>
/// The element types of the safetensors format, in the order of the reference implementation (huggingface/safetensors,
/// <c>Dtype</c> in tensor.rs), which is ascending alignment; files are laid out in descending order of it.
/// </summary>
public enum StoredDtype
{
    /// <summary>A truth value in one byte; <c>BOOL</c> in the file.</summary>
    Bool,

    /// <summary>4-bit float, two elements a byte; <c>F4</c> in the file.</summary>
    F4,

    /// <summary>6-bit float with 2 exponent and 3 mantissa bits, packed; <c>F6_E2M3</c> in the file.</summary>
    F6E2M3,

    /// <summary>6-bit float with 3 exponent and 2 mantissa bits, packed; <c>F6_E3M2</c> in the file.</summary>
    F6E3M2,

    /// <summary>Unsigned 8-bit integer; <c>U8</c> in the file.</summary>
    U8,

    /// <summary>Signed 8-bit integer; <c>I8</c> in the file.</summary>
    I8,

    /// <summary>8-bit float with 5 exponent and 2 mantissa bits; <c>F8_E5M2</c> in the file.</summary>
    F8E5M2,

    /// <summary>8-bit float with 4 exponent and 3 mantissa bits; <c>F8_E4M3</c> in the file.</summary>
    F8E4M3,

    /// <summary>8-bit power of two; <c>F8_E8M0</c> in the file.</summary>
    F8E8M0,

    /// <summary>8-bit float E4M3 without infinities and negative zero; <c>F8_E4M3FNUZ</c> in the file.</summary>
    F8E4M3Fnuz,

    /// <summary>8-bit float E5M2 without infinities and negative zero; <c>F8_E5M2FNUZ</c> in the file.</summary>
    F8E5M2Fnuz,

    /// <summary>Signed 16-bit integer; <c>I16</c> in the file.</summary>
    I16,

    /// <summary>Unsigned 16-bit integer; <c>U16</c> in the file.</summary>
    U16,

    /// <summary>IEEE 754 binary16; <c>F16</c> in the file.</summary>
    F16,

    /// <summary>The upper half of an IEEE 754 binary32; <c>BF16</c> in the file.</summary>
    BF16,

    /// <summary>Signed 32-bit integer; <c>I32</c> in the file.</summary>
    I32,

    /// <summary>Unsigned 32-bit integer; <c>U32</c> in the file.</summary>
    U32,

    /// <summary>IEEE 754 binary32; <c>F32</c> in the file.</summary>
    F32,

    /// <summary>A complex number of two binary32; <c>C64</c> in the file.</summary>
    C64,

    /// <summary>IEEE 754 binary64; <c>F64</c> in the file.</summary>
    F64,

    /// <summary>Signed 64-bit integer; <c>I64</c> in the file.</summary>
    I64,

    /// <summary>Unsigned 64-bit integer; <c>U64</c> in the file.</summary>
    U64,
}

/// <summary>How a <see cref="StoredDtype"/> is written, and how wide it is.</summary>
public static class StoredDtypes
{
    private static readonly ImmutableArray<(string Code, int Bits)> Table =
    [
        ("BOOL", 8), ("F4", 4), ("F6_E2M3", 6), ("F6_E3M2", 6), ("U8", 8), ("I8", 8), ("F8_E5M2", 8), ("F8_E4M3", 8),
        ("F8_E8M0", 8), ("F8_E4M3FNUZ", 8), ("F8_E5M2FNUZ", 8), ("I16", 16), ("U16", 16), ("F16", 16), ("BF16", 16),
        ("I32", 32), ("U32", 32), ("F32", 32), ("C64", 64), ("F64", 64), ("I64", 64), ("U64", 64),
    ];

    private static readonly ImmutableDictionary<string, StoredDtype> ByCode =
        Enum.GetValues<StoredDtype>().ToImmutableDictionary(Code, StringComparer.Ordinal);

    /// <summary>The type's name in the file, for example <c>F8_E4M3</c>.</summary>
    /// <param name="dtype">The element type.</param>
    /// <returns>The name as the specification spells it.</returns>
    public static string Code(this StoredDtype dtype) => Table[(int)dtype].Code;

    /// <summary>The width of one element, in bits.</summary>
    /// <param name="dtype">The element type.</param>
    /// <returns>4 to 64.</returns>
    public static int Bits(this StoredDtype dtype) => Table[(int)dtype].Bits;

    internal static bool TryParse(string code, out StoredDtype dtype) => ByCode.TryGetValue(code, out dtype);
}
