using System.Diagnostics;
using Functional.Core.Storage;
using Xunit;
using Xunit.Abstractions;

namespace Functional.Properties.Tests.Storage;

public sealed class AtomicFileTests(ITestOutputHelper output) : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_writer_killed_a_hundred_times_leaves_the_old_or_the_new_content_whole()
    {
        string path = folder["model"];
        Random random = new(1);
        int temporaries = 0;
        int[] seen = new int[2];
        for (int kill = 0; kill < 100; kill++)
        {
            ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
            {
                ArgumentList = { "exec", typeof(AtomicFileTests).Assembly.Location, AtomicWriter.Argument, path },
                RedirectStandardOutput = true,
            };
            using Process writer = Process.Start(start)!;
            Assert.Equal("ready", writer.StandardOutput.ReadLine());
            Thread.Sleep(TimeSpan.FromMilliseconds(random.NextDouble() * 15));
            Assert.False(writer.HasExited);
            writer.Kill();
            writer.WaitForExit();

            byte[] found = File.ReadAllBytes(path);
            int odd = found[0] - 'A';
            Assert.True(odd is 0 or 1 && found.AsSpan().SequenceEqual(AtomicWriter.Content(odd)), $"Kill {kill} left {found.Length} bytes, begun with {found[0]}.");
            Assert.InRange(folder.Files.Length, 1, 2);
            seen[odd]++;
            temporaries += folder.Files.Length - 1;
        }

        output.WriteLine($"Content A {seen[0]}, B {seen[1]} times; {temporaries} kills left a temporary.");
        _ = AtomicFile.Write(path, "last"u8).Get();
        Assert.Equal(["model"], folder.Files);
    }

    [Fact]
    public void Bytes_and_streams_replace_the_old_content()
    {
        string path = folder["model"];
        _ = AtomicFile.Write(path, "old"u8).Get();
        Assert.Equal("old"u8, File.ReadAllBytes(path));
        _ = AtomicFile.Write(path, stream => stream.Write("newer"u8)).Get();
        Assert.Equal("newer"u8, File.ReadAllBytes(path));
        Assert.Equal(["model"], folder.Files);
    }

    [Fact]
    public void A_failure_within_leaves_the_old_content_and_no_temporary()
    {
        string path = folder["model"];
        _ = AtomicFile.Write(path, "old"u8).Get();

        string full = AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new IOException("No space left on device", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28);
        }).Error();
        Assert.Contains("the disk is full", full, StringComparison.Ordinal);

        _ = Assert.Throws<ArgumentException>(() => AtomicFile.Write(path, _ => throw new ArgumentException("the caller's own")));
        Assert.Equal("old"u8, File.ReadAllBytes(path));
        Assert.Equal(["model"], folder.Files);
    }

    [Fact]
    public void What_the_file_system_refuses_is_an_error_that_names_it()
    {
        Assert.EndsWith($"the folder {folder["missing"]} does not exist.", AtomicFile.Write(folder["missing/model"], "x"u8).Error(), StringComparison.Ordinal);
        Assert.EndsWith($"the folder {folder["missing"]} does not exist.", AtomicFile.Write(folder["missing/and/more/model"], "x"u8).Error(), StringComparison.Ordinal);
        Assert.NotEmpty(AtomicFile.Write("", "x"u8).Error());
        Assert.NotEmpty(AtomicFile.Write("a\0b", "x"u8).Error());
        Assert.NotEmpty(AtomicFile.Write(Path.GetPathRoot(folder["x"])!, "x"u8).Error());

        _ = Directory.CreateDirectory(folder["taken"]);
        Assert.Contains("this is a folder", AtomicFile.Write(folder["taken"], "x"u8).Error(), StringComparison.Ordinal);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void A_file_in_the_place_of_a_folder_is_named()
    {
        _ = AtomicFile.Write(folder["file"], "x"u8).Get();
        Assert.EndsWith($"a folder is needed, {folder["file"]} is a file.", AtomicFile.Write(folder["file/model"], "x"u8).Error(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_takes_no_files_is_named()
    {
        if (!OperatingSystem.IsLinux())
            return;

        Assert.Matches("^/proc/x.model: (the folder /proc takes no new files\\.|no permission)", AtomicFile.Write("/proc/x.model", "x"u8).Error());
    }

    [Fact]
    public void Without_permission_nothing_is_written()
    {
        if (OperatingSystem.IsWindows())
            return;

        _ = Directory.CreateDirectory(folder["locked"]);
        File.SetUnixFileMode(folder["locked"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        LanguageExt.Fin<LanguageExt.Unit> written = AtomicFile.Write(folder["locked/model"], "x"u8);
        // The superuser may write everywhere.
        if (Environment.IsPrivilegedProcess)
            _ = written.Get();
        else
            Assert.Contains("no permission", written.Error(), StringComparison.Ordinal);
        File.SetUnixFileMode(folder["locked"], (UnixFileMode)0b111_000_000);
    }

    [Fact]
    public void Only_stale_temporaries_of_the_same_path_are_deleted()
    {
        string stale = ".model.0123456789abcdef.tmp", other = ".models.0123456789abcdef.tmp", foreign = ".model.mine.tmp";
        foreach (string name in (string[])[stale, other, foreign])
            File.WriteAllText(folder[name], "x");

        _ = AtomicFile.Write(folder["model"], outer =>
        {
            // A second writer in the midst of the first must not take its temporary for a stale one.
            outer.Write("outer"u8);
            _ = AtomicFile.Write(folder["model"], "inner"u8).Get();
            Assert.Equal("inner"u8, File.ReadAllBytes(folder["model"]));
        }).Get();

        Assert.Equal("outer"u8, File.ReadAllBytes(folder["model"]));
        Assert.Equal([foreign, other, "model"], folder.Files);
    }

    [Fact]
    public void Many_writers_of_one_path_all_succeed()
    {
        byte[][] contents = [.. Enumerable.Range(0, 8).Select(i => Enumerable.Repeat((byte)i, 10_000 + i).ToArray())];
        _ = Parallel.For(0, 200, i => AtomicFile.Write(folder["model"], contents[i % 8]).Get());
        byte[] found = File.ReadAllBytes(folder["model"]);
        Assert.Equal(contents[found[0]], found);
        Assert.Equal(["model"], folder.Files);
    }

    [Fact]
    public void The_mode_of_the_old_file_is_kept()
    {
        if (OperatingSystem.IsWindows())
            return;

        UnixFileMode secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _ = AtomicFile.Write(folder["model"], "old"u8).Get();
        File.SetUnixFileMode(folder["model"], secret);
        _ = AtomicFile.Write(folder["model"], "new"u8).Get();
        Assert.Equal(secret, File.GetUnixFileMode(folder["model"]));
    }
}
