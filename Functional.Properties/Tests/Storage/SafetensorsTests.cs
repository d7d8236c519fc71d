using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using FsCheck.Xunit;
using Functional.Core.Storage;
using Xunit;

namespace Functional.Properties.Tests.Storage;

public sealed class SafetensorsTests
{
    /// <summary>A file as the specification describes it: the header's length, the header, the data.</summary>
    internal static byte[] Raw(string header, params byte[] data) => Raw(Encoding.UTF8.GetBytes(header), data);

    private static byte[] Raw(byte[] header, byte[] data)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        return [.. length, .. header, .. data];
    }

    private static string Entry(string name, string dtype, string shape, string offsets) =>
        $$"""
        "{{name}}":{"dtype":"{{dtype}}","shape":[{{shape}}],"data_offsets":[{{offsets}}]}
        """;

    private static SafetensorsFile FileOf(params StoredTensor[] tensors) => SafetensorsFile.Of(tensors, []).Get();

    // The bytes of the reference implementation's own tests (huggingface/safetensors, tensor.rs, test_serialization,
    // test_serialization_forced_alignement and test_empty).
    [Theory]
    [InlineData("attn.0", new long[] { 1, 2, 3 }, 64, """{"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}}""")]
    [InlineData("attn0", new long[] { 1, 1, 2, 3 }, 72, """{"attn0":{"dtype":"F32","shape":[1,1,2,3],"data_offsets":[0,24]}}       """)]
    public void Writing_gives_the_bytes_of_the_reference(string name, long[] shape, byte length, string header)
    {
        SafetensorsFile file = FileOf(StoredTensor.From<float>(name, shape, [0, 1, 2, 3, 4, 5]).Get());
        byte[] expected =
        [
            length, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(header),
            0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64, 0, 0, 160, 64,
        ];
        Assert.Equal(expected, Safetensors.Write(file));
        Assert.Equal(file, Safetensors.Read(expected).Get());
    }

    [Fact]
    public void Files_without_tensors_are_those_of_the_reference()
    {
        Assert.Equal([8, 0, 0, 0, 0, 0, 0, 0, 123, 125, 32, 32, 32, 32, 32, 32], Safetensors.Write(SafetensorsFile.Empty));
        SafetensorsFile file = SafetensorsFile.Of([], [new("framework", "pt")]).Get();
        Assert.Equal(Raw("""{"__metadata__":{"framework":"pt"}}     """), Safetensors.Write(file));
        Assert.Equal(file, Safetensors.Read(Safetensors.Write(file)).Get());
    }

    [Fact]
    public void A_file_built_by_hand_after_the_specification_is_read()
    {
        // Entries in an order other than that of the data, white space, an escape, a scalar and an empty tensor.
        string header = """
            {"b\u0061" : {"shape":[2], "dtype":"I16", "data_offsets":[8, 12]},
             "__metadata__": {"format":"pt", "ä":"ö😀"},
             "scalar":{"dtype":"F64","shape":[],"data_offsets":[0,8]},
             "empty":{"dtype":"F32","shape":[3,0,2],"data_offsets":[12,12]}}  
            """;
        byte[] data = [0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 1, 0, 0xFF, 0xFF];
        SafetensorsFile file = Safetensors.Read(Raw(header, data)).Get();

        Assert.Equal(["scalar", "empty", "ba"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([1.5], file.Find("scalar").IfNone(() => throw new KeyNotFoundException()).Values<double>().Get());
        StoredTensor ba = file.Find("ba").IfNone(() => throw new KeyNotFoundException());
        Assert.Equal((StoredDtype.I16, 2L), (ba.Dtype, Assert.Single(ba.Shape)));
        Assert.Equal([1, 0, 0xFF, 0xFF], ba.Data.ToArray());
        Assert.Equal([new("format", "pt"), new("ä", "ö😀")], file.Metadata);
        Assert.True(file.Find("none").IsNone);
        Assert.Equal(file, Safetensors.Read(Safetensors.Write(file)).Get());
    }

    [Fact]
    public void Every_type_is_carried_and_laid_out_by_alignment()
    {
        StoredTensor[] tensors =
            [.. Enum.GetValues<StoredDtype>().Select(type => StoredTensor.Of($"t{(int)type}", type, [8], new byte[type.Bits()]).Get())];
        SafetensorsFile file = FileOf(tensors);
        Assert.Equal(file, Safetensors.Read(Safetensors.Write(file)).Get());
        Assert.Equal(Enum.GetValues<StoredDtype>().OrderDescending(), file.Tensors.Select(tensor => tensor.Dtype));
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(Safetensors.Write(file)) % 8);

        // The order in which the tensors are given leaves no trace.
        Assert.Equal(Safetensors.Write(file), Safetensors.Write(FileOf([.. tensors.Reverse()])));
    }

    [Fact]
    public void Names_are_ordered_by_their_UTF8_bytes()
    {
        string[] names = ["😀", "\uFFFD", "é", "z", "a", "aa", ""];
        SafetensorsFile file = FileOf([.. names.Select(name => StoredTensor.From<float>(name, [], [1f]).Get())]);
        Assert.Equal(
            names.OrderBy(name => Convert.ToHexString(Encoding.UTF8.GetBytes(name)), StringComparer.Ordinal),
            file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(file, Safetensors.Read(Safetensors.Write(file)).Get());
    }

    [Property]
    public void Floats_and_doubles_come_back_bit_by_bit(uint[] singles, ulong[] doubles)
    {
        float[] f = [.. singles.Select(BitConverter.UInt32BitsToSingle)];
        double[] d = [.. doubles.Select(BitConverter.UInt64BitsToDouble)];
        SafetensorsFile file = FileOf(
            StoredTensor.From<float>("f", [f.Length], f).Get(), StoredTensor.From<double>("d", [1, d.Length], d).Get());
        SafetensorsFile read = Safetensors.Read(Safetensors.Write(file)).Get();
        Assert.Equal(file, read);
        Assert.Equal(singles, read.Tensors[1].Values<float>().Get().Select(BitConverter.SingleToUInt32Bits));
        Assert.Equal(doubles, read.Tensors[0].Values<double>().Get().Select(BitConverter.DoubleToUInt64Bits));
    }

    [Fact]
    public void All_16_bit_values_widen_exactly()
    {
        ushort[] all = [.. Enumerable.Range(0, 1 << 16).Select(i => (ushort)i)];
        byte[] data = [.. all.SelectMany(BitConverter.GetBytes)];
        float[] brain = StoredTensor.Of("x", StoredDtype.BF16, [all.Length], data).Get().Values<float>().Get();
        double[] half = StoredTensor.Of("x", StoredDtype.F16, [all.Length], data).Get().Values<double>().Get();
        foreach (ushort bits in all)
        {
            Assert.Equal((uint)bits << 16, BitConverter.SingleToUInt32Bits(brain[bits]));
            // By the definition of binary16: (-1)^s 2^(e-15) 1.m, subnormal 2^-14 0.m.
            int exponent = (bits >> 10) & 31, mantissa = bits & 1023;
            double magnitude = exponent switch
            {
                0 => mantissa * Math.Pow(2, -24),
                31 => mantissa == 0 ? double.PositiveInfinity : double.NaN,
                _ => (1024 + mantissa) * Math.Pow(2, exponent - 25),
            };
            Assert.Equal((bits & 0x8000) == 0 ? magnitude : -magnitude, half[bits]);
        }
    }

    [Fact]
    public void Narrowing_rounds_to_the_nearest_even()
    {
        StoredTensor tensor = StoredTensor.From<double>("x", [3], [1 + Math.Pow(2, -24), 1 + (3 * Math.Pow(2, -24)), 1e300]).Get();
        Assert.Equal([1f, 1 + (4 * MathF.Pow(2, -24)), float.PositiveInfinity], tensor.Values<float>().Get());
        Assert.Equal([(Half)0.5], StoredTensor.From<Half>("h", [1], [(Half)0.5]).Get().Values<Half>().Get());
    }

    [Fact]
    public void What_cannot_be_stored_is_refused()
    {
        Assert.Contains("needs 24 bytes, given 20", StoredTensor.From<float>("x", [2, 3], [1, 2, 3, 4, 5]).Error(), StringComparison.Ordinal);
        Assert.Contains("System.Runtime.InteropServices.NFloat", StoredTensor.From<System.Runtime.InteropServices.NFloat>("x", [1], [1]).Error(), StringComparison.Ordinal);
        Assert.Contains("negative", StoredTensor.From<float>("x", [-1, -1], [1]).Error(), StringComparison.Ordinal);
        Assert.Contains("whole bytes", StoredTensor.Of("x", StoredDtype.F4, [3], new byte[2]).Error(), StringComparison.Ordinal);
        Assert.Contains("__metadata__", StoredTensor.From<float>("__metadata__", [], [1]).Error(), StringComparison.Ordinal);
        Assert.Contains("well-formed", StoredTensor.From<float>("\ud800", [], [1]).Error(), StringComparison.Ordinal);
        Assert.Contains("given I8", StoredTensor.Of("x", StoredDtype.I8, [1], new byte[1]).Get().Values<float>().Error(), StringComparison.Ordinal);

        StoredTensor one = StoredTensor.From<float>("x", [], [1]).Get();
        Assert.Contains("\"x\"", SafetensorsFile.Of([one, one], []).Error(), StringComparison.Ordinal);
        Assert.Contains("metadata", SafetensorsFile.Of([], [new("a", "\udc00")]).Error(), StringComparison.Ordinal);
        Assert.Contains("at most 100000000", SafetensorsFile.Of([], [new("a", new string('\u0001', 20_000_000))]).Error(), StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Hostile()
    {
        string deep = string.Concat(Enumerable.Repeat("[", 100_000));
        string x = Entry("x", "U8", "4", "0,4");
        return new TheoryData<string, string, string>
        {
            { "", "00000000", "must begin with {" },
            { "[]", "", "must begin with {, at byte 8" },
            { " {}", "", "must begin with {, at byte 8" },
            { "{", "", "at byte 9" },
            { "{}x", "", "'x' is invalid" },
            { "{}{}", "", "at byte 10" },
            { "{\n\"x\":1}", "", "must be an object, at byte 14" },
            { "{\n\n\"x\":{],}", "", "at byte 16" },
            { "{\"x\":" + deep, "", "must be an object, at byte 13" },
            { "{\"x\":{\"dtype\":\"U8\",\"shape\":" + deep, "", "maximum configured depth" },
            { """{"__metadata__":{"a":{"b":1}}}""", "", "must be a string, at byte 29" },
            { """{"__metadata__":null}""", "", "must be an object" },
            { """{"__metadata__":{"a":"b","\u0061":"c"}}""", "", "stands twice, at byte 33" },
            { """{"\ud800":1}""", "", "half a surrogate pair, at byte 9" },
            { "{" + x + "," + x + "}", "00000000", "the key \"x\" stands twice" },
            { "{" + x + "," + x.Replace("\"x\"", "\"\\u0078\"", StringComparison.Ordinal) + "}", "00000000", "stands twice" },
            { """{"x":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "00000000", "has the key dtype twice, at byte 27" },
            { """{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"more":1}}""", "00000000", "unknown key \"more\"" },
            { """{"x":{"dtype":"U8","shape":[4]}}""", "00000000", "must have dtype, shape and data_offsets" },
            { $$"""{{{Entry("x", "F33", "4", "0,4")}}}""", "00000000", "unknown dtype \"F33\", at byte 22" },
            { $$"""{{{Entry("x", "u8", "4", "0,4")}}}""", "00000000", "unknown dtype \"u8\"" },
            { """{"x":{"dtype":8,"shape":[4],"data_offsets":[0,4]}}""", "00000000", "dtype must be a string" },
            { """{"x":{"dtype":"U8","shape":4,"data_offsets":[0,4]}}""", "00000000", "shape must be an array" },
            { $$"""{{{Entry("x", "U8", "-4", "0,4")}}}""", "00000000", "shape must hold integers from 0" },
            { $$"""{{{Entry("x", "U8", "-0", "0,0")}}}""", "", "shape must hold integers from 0" },
            { $$"""{{{Entry("x", "U8", "4.0", "0,4")}}}""", "00000000", "shape must hold integers from 0" },
            { $$"""{{{Entry("x", "U8", "9223372036854775808", "0,4")}}}""", "00000000", "shape must hold integers from 0" },
            { $$"""{{{Entry("x", "U8", "4294967296,4294967296", "0,4")}}}""", "00000000", "more than 2^63 bits, at byte 9" },
            { $$"""{{{Entry("x", "F64", "2305843009213693952", "0,4")}}}""", "00000000", "more than 2^63 bits" },
            { $$"""{{{Entry("x", "U8", "5", "0,4")}}}""", "00000000", "needs 5 bytes, given 4" },
            { $$"""{{{Entry("x", "U8", "4", "0,4,4")}}}""", "00000000", "data_offsets must be [begin, end]" },
            { $$"""{{{Entry("x", "U8", "4", "4,0")}}}""", "00000000", "data_offsets must be [begin, end]" },
            { $$"""{{{Entry("x", "U8", "4", "0,4")}}}""", "000000", "exceeds the data of 3 bytes, at byte 9" },
            { $$"""{{{Entry("x", "U8", "4", "9223372036854775803,9223372036854775807")}}}""", "00000000", "exceeds the data" },
            { $$"""{{{Entry("x", "U8", "4", "1,5")}}}""", "0000000000", "leaves a hole, needed begin 0" },
            { $$"""{{{x}},{{Entry("y", "U8", "4", "5,9")}}}""", "000000000000000000", "leaves a hole, needed begin 4" },
            { $$"""{{{x}},{{Entry("y", "U8", "4", "3,7")}}}""", "00000000000000", "overlaps another, needed begin 4" },
            { $$"""{{{x}},{{Entry("y", "U8", "4", "0,4")}}}""", "00000000", "overlaps another" },
            { $$"""{{{x}},{{Entry("y", "U8", "0", "2,2")}}}""", "00000000", "overlaps another" },
            { $$"""{{{x}}}""", "0000000000", "1 bytes follow the last tensor, at byte 65" },
            { "{}", "00", "1 bytes follow the last tensor, at byte 10" },
        };
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_file_that_breaks_a_rule_is_refused_at_its_byte(string header, string data, string expected)
    {
        string error = Safetensors.Read(Raw(header, Convert.FromHexString(data))).Error();
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Matches("at byte [0-9]+\\.$", error);
        Assert.True(error.Length < 1000);
    }

    [Fact]
    public void A_header_that_is_not_UTF8_is_refused_at_its_byte() =>
        Assert.Contains("not UTF-8, at byte 10", Safetensors.Read(Raw([(byte)'{', (byte)'"', 0xC0, 0x80, (byte)'"', (byte)'}'], [])).Error(), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("00000000000000")]
    [InlineData("0000000000000080")]
    [InlineData("FFFFFFFFFFFFFFFF")]
    [InlineData("FFFFFF7F00000000")]
    [InlineData("03000000000000007B7D")]
    public void A_header_that_is_not_there_is_refused_without_memory_for_it(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("at byte", Safetensors.Read(bytes).Error(), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void What_is_no_safetensors_file_is_told_so()
    {
        Assert.Equal(
            "safetensors: this is no safetensors file: a header of 7074139539935884137 bytes is announced, at most 100000000 are read, at byte 0.",
            Safetensors.Read("island,bill,mass"u8.ToArray()).Error());
        Assert.Equal(
            "safetensors: this is no safetensors file, or one that is cut off: a header of 3 bytes is announced, 2 follow, at byte 0.",
            Safetensors.Read(Convert.FromHexString("03000000000000007B7D")).Error());
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] bytes = Safetensors.Write(FileOf(StoredTensor.From<float>("x", [2], [1, 2]).Get()));
        for (int length = 0; length < bytes.Length; length++)
            Assert.Contains("at byte", Safetensors.Read(bytes.AsMemory(0, length)).Error(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_million_tensors_are_refused_before_they_take_memory()
    {
        StringBuilder header = new("{", 64 << 20);
        for (int i = 0; i < 1_000_000; i++)
            _ = header.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $$$"""
                "{{{i}}}":{"dtype":"U8","shape":[1],"data_offsets":[{{{i}}},{{{i + 1}}}]}
                """);
        byte[] bytes = Raw(header.Append('}').ToString(), new byte[1_000_000]);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("more than 100,000 tensors, at byte", Safetensors.Read(bytes).Error(), StringComparison.Ordinal);
        // The file's size and a constant.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, bytes.Length + (128L << 20));
    }

    [Fact]
    public void Files_are_written_and_read_on_the_disk_and_errors_name_the_path()
    {
        using Folder folder = new();
        SafetensorsFile file = FileOf(StoredTensor.From<float>("x", [2], [1, 2]).Get());
        _ = Safetensors.WriteFile(folder["m.safetensors"], file).Get();
        Assert.Equal(file, Safetensors.ReadFile(folder["m.safetensors"]).Get());
        Assert.Contains($"{folder["none"]}: there is no such file", Safetensors.ReadFile(folder["none"]).Error(), StringComparison.Ordinal);
        File.WriteAllText(folder["bad"], "short");
        Assert.StartsWith($"{folder["bad"]}: safetensors: ", Safetensors.ReadFile(folder["bad"]).Error(), StringComparison.Ordinal);
        Assert.Contains("does not exist", Safetensors.WriteFile(folder["no/m"], file).Error(), StringComparison.Ordinal);
    }
}
