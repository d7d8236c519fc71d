using Functional.Core.Storage;

namespace Functional.Properties.Tests.Storage;

internal static class AtomicWriter
{
    public const string Argument = "write-forever";

    /// <summary>The program that is killed: replaces the file by one content and the other in turn, and says when it has begun.</summary>
    public static void Run(string path)
    {
        for (int turn = 0; ; turn++)
        {
            int odd = turn % 2;
            _ = AtomicFile.Write(path, stream =>
            {
                // In pieces, so that a kill finds a part written.
                byte[] piece = Content(odd)[..4096];
                for (int i = 0; i < Content(odd).Length / piece.Length; i++)
                    stream.Write(piece);
            }).IfFail(error => throw new InvalidOperationException(error.Message));
            if (turn == 1)
                Console.Out.WriteLine("ready");
        }
    }

    public static byte[] Content(int odd) => [.. Enumerable.Repeat((byte)('A' + odd), (64 + (32 * odd)) * 4096)];
}
