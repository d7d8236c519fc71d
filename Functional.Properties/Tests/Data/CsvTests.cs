using System.IO.Compression;
using System.Text;
using Functional.Core;
using Functional.Properties.Tests.Storage;
using LanguageExt;
using LanguageExt.Common;
using Xunit;

namespace Functional.Properties.Tests;

/// <summary>Tables from files: what is read, what is refused and where, and that pieces are the whole.</summary>
public sealed class CsvTests : IDisposable
{
    private const string Penguins = "island,mass,species,tag\nBiscoe,4.5,gentoo,1\nDream,3.25,adelie,2\nBiscoe,-5e-1,gentoo,3\nDream,1,chinstrap,4\n";

    private static readonly string[] s_none = [];

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Write(string text)
    {
        string path = _folder["table.csv"];
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public void Numbers_stay_and_texts_become_categories()
    {
        string path = Write(Penguins);
        var columns = Csv.Columns(path, "species", new() { Without = ["tag"] }).Value();
        Assert.Equal(["island", "mass"], columns.Inputs.Map(column => column.Name).ToArray());
        Assert.Equal(["Biscoe", "Dream"], columns.Inputs[0].Categories.ToArray());
        Assert.True(columns.Inputs[1].IsNumber);
        Assert.Equal(["adelie", "chinstrap", "gentoo"], columns.Classes.ToArray());
        Assert.Equal((3, 3), (columns.Width, columns.TargetWidth));
        var batch = Csv.Read<float>(path, columns).Value();
        Assert.Equal(Tensor.From<float>([4, 3], [1, 0, 4.5f, 0, 1, 3.25f, 1, 0, -0.5f, 0, 1, 1]), batch.Inputs[0]);
        Assert.Equal(OneHot.Of<float>([2, 0, 2, 1], 3), batch.Targets[0]);
    }

    [Fact]
    public void Target_columns_are_numbers()
    {
        string path = Write(Penguins);
        var columns = Csv.Columns(path, ["tag", "mass"]).Value();
        Assert.Equal(["island", "species"], columns.Inputs.Map(column => column.Name).ToArray());
        var batch = Csv.Read<double>(path, columns).Value();
        Assert.Equal(Tensor.From<double>([4, 2], [1, 4.5, 2, 3.25, 3, -0.5, 4, 1]), batch.Targets[0]);
        Assert.Empty(Csv.Read<double>(path, columns.WithoutTargets()).Value().Targets);
    }

    [Fact]
    public void Another_file_is_coded_alike_whatever_the_order_of_its_columns()
    {
        var columns = Csv.Columns(Write(Penguins), "species", new() { Without = ["tag"] }).Value();
        var other = Csv.Read<float>(Write("note,species,mass,island\nx,chinstrap,2,Dream\n"), columns).Value();
        Assert.Equal(Tensor.From<float>([1, 3], [0, 1, 2]), other.Inputs[0]);
        Assert.Equal(Tensor.From<float>([1, 3], [0, 1, 0]), other.Targets[0]);
    }

    [Theory]
    [InlineData("a;b\n1,5;x\n-2,25;y\n", 1.5)]
    [InlineData("a\tb\n1,5\tx\n-2,25\ty\n", 1.5)]
    public void Other_separators_and_marks_of_fractions(string text, double first)
    {
        var options = new CsvOptions { DecimalSeparator = ',', Separator = text.Contains(';', StringComparison.Ordinal) ? ';' : null };
        string path = Write(text);
        var batch = Csv.Read<double>(path, Csv.Columns(path, "b", options).Value(), options).Value();
        Assert.Equal([first, -2.25], batch.Inputs[0].ToArray());
    }

    [Fact]
    public void Without_a_header_columns_go_by_number_and_lines_in_front_are_skipped()
    {
        string path = Write("150,2,setosa,versicolor\n5.1,3.5,0\n4.9,3.0,1\n");
        var options = new CsvOptions { HasHeader = false, SkipLines = 1 };
        var columns = Csv.Columns(path, "column3", options).Value();
        Assert.Equal(["column1", "column2"], columns.Inputs.Map(column => column.Name).ToArray());
        Assert.Equal(["0", "1"], columns.Classes.ToArray());
        Assert.Equal(2, Csv.Read<float>(path, columns, options).Value().Size);
    }

    [Fact]
    public void Classes_that_are_numbers_are_ordered_as_numbers()
    {
        string path = Write("x,class\n1,10\n1,9\n1,100\n");
        Assert.Equal(["9", "10", "100"], Csv.Columns(path, "class").Value().Classes.ToArray());
        Assert.Equal(["10", "100", "9"], Csv.Columns(Write("x,class\n1,10\n1,9\n1,100\n1,b\n"), "class").Value().Classes.Take(3).ToArray());
    }

    [Fact]
    public void Quotes_hold_separators_line_breaks_and_doubled_quotes()
    {
        string path = Write("\"a \"\"b\"\", c\",class\r\n\"1\",\"x,\ny\"\r\n2,\" z \"\n\n3, plain \n");
        var columns = Csv.Columns(path, "class").Value();
        Assert.Equal("a \"b\", c", columns.Inputs[0].Name);
        Assert.Equal([" z ", "plain", "x,\ny"], columns.Classes.ToArray());
        Assert.Equal([1f, 2, 3], Csv.Read<float>(path, columns).Value().Inputs[0].ToArray());
    }

    [Fact]
    public void Gzip_and_a_byte_order_mark_are_read()
    {
        string path = _folder["table.csv.gz"];
        using (var packed = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            packed.Write([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes("größe,class\n1,ä\n2,b\n")]);
        var columns = Csv.Columns(path, "class").Value();
        Assert.Equal("größe", columns.Inputs[0].Name);
        Assert.Equal(2, Csv.Read<float>(path, columns).Value().Size);
    }

    [Fact]
    public void Empty_lines_before_the_first_are_passed_over()
    {
        string path = Write("\n\r\na;y\n1;2\nx;3\n");
        Assert.Contains("line 5, column 1 (a)", Csv.Columns(path, ["y"]).Error());
        Assert.Equal(["a", "y"], Csv.Columns(Write("\n\na;y\n1;2\n"), s_none).Value().Inputs.Map(column => column.Name).ToArray());
    }

    [Fact]
    public void A_compressed_file_that_was_cut_off_anywhere_is_refused()
    {
        string path = _folder["cut.csv.gz"];
        using (var packed = new GZipStream(File.Create(path), CompressionLevel.Optimal))
            packed.Write(Encoding.UTF8.GetBytes("x,y\n" + string.Concat(Enumerable.Range(0, 400).Select(i => $"{i % 7},{1000 + i * 37 % 991}\n"))));
        byte[] whole = File.ReadAllBytes(path);
        var columns = Csv.Columns(path, ["y"]).Value();
        Assert.Equal(400, Csv.Read<float>(path, columns).Value().Size);
        for (int length = 3; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Contains("cut.csv.gz", Csv.Read<float>(path, columns).Error());
            Assert.Contains("cut.csv.gz", Csv.Columns(path, ["y"]).Error());
        }
        File.WriteAllBytes(path, whole[..^8]);
        Assert.EndsWith("it was cut off, or holds several compressed files.", Csv.Read<float>(path, columns).Error(), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_values_are_refused_kept_or_dropped()
    {
        const string text = "x,island,class\n1,A,p\nNA,B,q\n3,?,p\n4,A,\n5,B,q\n";
        string path = Write(text);
        Assert.EndsWith(
            "line 3, column 1 (x): a missing value; CsvOptions.Missing = MissingValues.DropRow leaves such rows out, MissingValues.Keep keeps them.",
            Csv.Columns(path, "class").Error(), StringComparison.Ordinal);
        Assert.EndsWith(
            "line 5, column 3 (class): a missing value; CsvOptions.Missing = MissingValues.DropRow leaves such rows out.",
            Csv.Columns(path, "class", new() { Missing = MissingValues.Keep }).Error(), StringComparison.Ordinal);

        var dropping = new CsvOptions { Missing = MissingValues.DropRow };
        var columns = Csv.Columns(path, "class", dropping).Value();
        Assert.Equal(Tensor.From<float>([2, 3], [1, 1, 0, 5, 0, 1]), Csv.Read<float>(path, columns, dropping).Value().Inputs[0]);
        Assert.Contains("MissingValues.Keep keeps them", Csv.Read<float>(path, columns).Error());
        Assert.EndsWith("leaves such rows out.", Csv.Read<float>(Write("x,island,class\n4,A,\n"), columns).Error(), StringComparison.Ordinal);

        var keeping = new CsvOptions { Missing = MissingValues.Keep };
        string kept = Write(text.Replace("4,A,\n", "", StringComparison.Ordinal));
        var batch = Csv.Read<float>(kept, Csv.Columns(kept, "class", keeping).Value(), keeping).Value();
        Assert.Equal(Tensor.From<float>([4, 3], [1, 1, 0, float.NaN, 0, 1, 3, 0, 0, 5, 0, 1]), batch.Inputs[0]);
        Assert.Equal(3, Csv.Read<float>(Write("x,island,class\n1,A,p\n-,B,q\n3,A,p\n5,B,q\n"), columns, dropping with { MissingMarks = ["-"] }).Value().Size);
    }

    [Theory]
    [InlineData("", "there are no rows")]
    [InlineData("a,class\n", "there are no rows")]
    [InlineData("a,b\n1,x\n", "there is no column \"class\"; there are \"a\", \"b\"")]
    [InlineData("a,a,class\n1,2,x\n", "two columns are named \"a\"")]
    [InlineData("a,class\n1,x\n2,y,3\n", "line 3: 3 cells, needed 2")]
    [InlineData("a,class\n1,x\n2\n", "line 3: 1 cells, needed 2")]
    [InlineData("a,class\n1,x\n1.2.3,y\n", "line 3, column 1 (a): \"1.2.3\", needed a finite number, as \"1\" on line 2")]
    [InlineData("a,class\n\"1\",\"x\ny\"\n1e999,y\n", "line 4, column 1 (a): \"1e999\", needed a finite number")]
    [InlineData("a,class\n1,\"x\n2,y\n", "line 2, column 2 (class): a quotation mark that is not closed")]
    [InlineData("a,class\n1,\"x\" y\n", "line 2, column 2 (class): a quotation mark that is not closed, or text behind")]
    [InlineData("a,class\n1,x\"y\n", "line 2, column 2 (class): a quotation mark inside a cell")]
    [InlineData("a,class\n1,\"x\"y\"\n", "line 2, column 2 (class): a single quotation mark")]
    [InlineData("a,class\n1,x\n2,x\n", "all rows have the class \"x\"")]
    [InlineData("a,b,class\n,1,x\n,2,y\n", "line 2, column 1 (a): a missing value")]
    [InlineData("class\nx\ny\n", "no input columns")]
    public void A_file_that_cannot_be_read_is_refused_with_line_and_column(string text, string message)
    {
        string path = Write(text);
        Assert.Contains(message, Csv.Columns(path, "class").Error());
        Assert.StartsWith(path, Csv.Columns(path, "class").Error(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null", "5", "CsvOptions.MissingMarks can say that \"null\" is a missing value, CsvOptions.Categories that the column holds names of categories.")]
    [InlineData("nan", "5", "CsvOptions.MissingMarks can say that \"nan\" is a missing value")]
    [InlineData("1e999", "5", "CsvOptions.MissingMarks can say")]
    [InlineData("1,000", "5", "CsvOptions.DecimalSeparator = ',' reads it where that marks the fraction (marks of thousands are not read), CsvOptions.Categories")]
    [InlineData("1,5", "2", "CsvOptions.DecimalSeparator = ','")]
    [InlineData("1,234,567.5", "2", "CsvOptions.DecimalSeparator = ','")]
    public void A_column_of_texts_and_numbers_is_refused_whichever_comes_first(string text, string number, string advice)
    {
        string textFirst = Csv.Columns(Write($"a;class\n{text};x\n{text};y\n{number};y\n"), "class").Error();
        Assert.Contains($"line 4, column 1 (a): \"{number}\" is a finite number, \"{text}\" on line 2 is none; {advice}", textFirst);
        string numberFirst = Csv.Columns(Write($"a;class\n{number};x\n{number};y\n{text};y\n"), "class").Error();
        Assert.Contains($"line 4, column 1 (a): \"{text}\", needed a finite number, as \"{number}\" on line 2; {advice}", numberFirst);

        // What the messages say can be done is done.
        string path = Write($"a;class\n{text};x\n{number};y\n");
        Assert.Equal(2, Csv.Columns(path, "class", new() { Categories = ["a"] }).Value().Inputs[0].Width);
        Assert.Equal(2, Csv.Columns(path, "a").Value().TargetWidth);
        Assert.True(Csv.Columns(path, "class", new() { MissingMarks = [text], Missing = MissingValues.Keep }).Value().Inputs[0].IsNumber);
    }

    [Fact]
    public void A_column_of_nothing_but_other_marks_of_fractions_is_not_taken_for_texts()
    {
        string path = Write("a;class\n1,5;x\n-2,25;y\n");
        Assert.Contains("column \"a\" has no number, but \"1,5\" on line 2 and its like; CsvOptions.DecimalSeparator = ','", Csv.Columns(path, "class").Error());
        Assert.True(Csv.Columns(path, "class", new() { DecimalSeparator = ',' }).Value().Inputs[0].IsNumber);
        Assert.Equal(["-2,25", "1,5"], Csv.Columns(path, "class", new() { Categories = ["a"] }).Value().Inputs[0].Categories.ToArray());
        Assert.Contains("DecimalSeparator = '.'", Csv.Columns(Write("a;class\n1.5;x\n2.5;y\n"), "class", new() { DecimalSeparator = ',' }).Error());
        Assert.False(Csv.Columns(Write("a;class\n1,5;x\nb;y\n"), "class").Value().Inputs[0].IsNumber);
    }

    [Fact]
    public void Columns_can_be_printed() =>
        Assert.Contains("mass", Csv.Columns(Write(Penguins), "species").Value().ToString());

    [Fact]
    public void What_the_columns_do_not_know_is_refused_with_line_and_column()
    {
        var columns = Csv.Columns(Write(Penguins), "species", new() { Without = ["tag"] }).Value();
        Assert.Contains("line 2, column 1 (island): \"Torgersen\", needed one of the 2 known texts (\"Biscoe\", \"Dream\")", Csv.Read<float>(Write("island,mass,species\nTorgersen,1,adelie\n"), columns).Error());
        Assert.Contains("line 3, column 2 (mass): \"heavy\", needed a finite number", Csv.Read<float>(Write("island,mass,species\nDream,1,adelie\nDream,heavy,adelie\n"), columns).Error());
        Assert.Contains("there is no column \"species\"", Csv.Read<float>(Write("island,mass\nDream,1\n"), columns).Error());
    }

    [Fact]
    public void Other_mistakes_are_told()
    {
        Assert.Contains("there is no such file", Csv.Columns(_folder["none.csv"], "class").Error());
        Assert.Contains("more than 3 different texts", Csv.Columns(Write("id,class\na,x\nb,y\nc,x\nd,y\n"), "class", new() { MostCategories = 3 }).Error());
        Assert.Contains("the target column \"island\" holds texts", Csv.Columns(Write(Penguins), ["island"]).Error());
        Assert.Contains("has no value at all", Csv.Columns(Write("a,b,class\n,1,x\n,2,y\n"), "class", new() { Missing = MissingValues.Keep }).Error());
        Assert.Contains("5 lines were to be skipped, the file has 2", Csv.Columns(Write("a,b\n1,2\n"), s_none, new() { SkipLines = 5 }).Error());
        Assert.Contains("cannot separate", Csv.Columns(Write("a,b\n1,2\n"), s_none, new() { Separator = '.' }).Error());
        File.WriteAllBytes(_folder["latin.csv"], [.. "a,class\n1,"u8, 0xE4, (byte)'\n']);
        Assert.Contains("not UTF-8", Csv.Columns(_folder["latin.csv"], "class").Error());
        File.WriteAllBytes(_folder["cut.gz"], [0x1F, 0x8B, 8, 0, 0, 0]);
        Assert.Contains("cut.gz", Csv.Columns(_folder["cut.gz"], "class").Error());
    }

    [Fact]
    public void Pieces_are_the_whole_and_are_read_anew()
    {
        string path = Write("x,y\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i},{i * 2}\n")));
        var columns = Csv.Columns(path, ["y"]).Value();
        var whole = Csv.Read<float>(path, columns).Value();
        var pieces = Csv.Stream<float>(path, columns, 300);
        Assert.Equal([300, 300, 300, 100], pieces.Select(piece => piece.Size));
        Assert.Equal(whole.Inputs[0].ToArray(), pieces.SelectMany(piece => piece.Inputs[0].ToArray()));
        Assert.Equal(whole.Targets[0].ToArray(), pieces.SelectMany(piece => piece.Targets[0].ToArray()));
        File.Delete(path);
        Assert.Contains("there is no such file", Assert.ThrowsAny<ErrorException>(() => pieces.First()).Message);
    }

    [Fact]
    public void A_row_is_coded_from_texts_by_name()
    {
        var columns = Csv.Columns(Write(Penguins), "species", new() { Without = ["tag"] }).Value();
        Assert.Equal([0, 1, 2.5f], columns.Encode(new Dictionary<string, string> { ["mass"] = " 2.5", ["island"] = "Dream", ["more"] = "?" }).Value());
        Assert.Equal([0, 0, float.NaN], columns.Encode(new Dictionary<string, string> { ["island"] = "", ["mass"] = " " }).Value());
        Assert.Equal([0, 0, 2], columns.Encode(new Dictionary<string, string> { ["island"] = "", ["mass"] = "2" }, canBeMissing: false).Value());
        Assert.Contains("column \"island\": got \"Mars\", needed one of the 2 known texts", columns.Encode(new Dictionary<string, string> { ["island"] = "Mars" }).Error());
        Assert.Contains("column \"mass\": got \"x\", needed a finite number", columns.Encode(new Dictionary<string, string> { ["island"] = "", ["mass"] = "x" }).Error());
        Assert.Equal("column \"mass\": got a missing value, needed a finite number, as nothing fills it in.", columns.Encode(new Dictionary<string, string> { ["island"] = "", ["mass"] = "" }, canBeMissing: false).Error());
    }

    [Fact]
    public void A_row_without_a_text_for_a_column_is_refused_with_the_names_it_has()
    {
        var columns = Csv.Columns(Write(Penguins), "species", new() { Without = ["tag"] }).Value();
        Assert.Equal(
            "column \"mass\": got no text of that name, needed one, empty where the value is missing (the row has \"island\", \"Mass\").",
            columns.Encode(new Dictionary<string, string> { ["island"] = "Dream", ["Mass"] = "2" }).Error());
        Assert.Contains("column \"island\": got no text of that name, needed one, empty where the value is missing (the row has none)", columns.Encode(new Dictionary<string, string>()).Error());
        Assert.EndsWith("\"19\", …).", columns.Encode(Enumerable.Range(0, 1000).ToDictionary(i => $"{i}", _ => "")).Error(), StringComparison.Ordinal);
    }
}
