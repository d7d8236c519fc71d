using Functional.Properties.Tests.Documentation;
using Functional.Properties.Tests.Storage;

namespace Functional.Properties.Tests;

/// <summary>Lets the test assembly run as a program of its own, which a test starts in order to kill it.</summary>
public static class Program
{
    /// <summary>Runs the endless writer or the slow trainer when asked to; the tests themselves are run by the test host.</summary>
    public static void Main(string[] args)
    {
        if (args is [AtomicWriter.Argument, string path])
            AtomicWriter.Run(path);
        if (args is [ResumingExamples.Argument, string file])
            ResumingExamples.Run(file);
    }
}
