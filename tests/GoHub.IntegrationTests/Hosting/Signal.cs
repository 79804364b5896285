using System.Runtime.InteropServices;

namespace GoHub.IntegrationTests.Hosting;

/// <summary>Signals a process that a test started, by its id.</summary>
internal static class Signal
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;
    public const int Interrupt = 2;

    public static void Send(int pid, int signal)
    {
        if (kill(pid, signal) != 0)
        {
            throw new InvalidOperationException($"kill({pid}, {signal}) failed with errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>Whether this process, and so those it starts, ignores a signal.</summary>
    public static bool IsIgnored(int signal)
    {
        const string Field = "SigIgn:";
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(Field, StringComparison.Ordinal));
        var ignored = ulong.Parse(line[Field.Length..].Trim(), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
        return (ignored & (1UL << (signal - 1))) != 0;
    }

    /// <summary>SIGSTOP; when it returns, the process does nothing any more.</summary>
    public static void Pause(int pid)
    {
        Send(pid, Stop);
        // "pid (name) T ...": the name may hold anything, so the last parenthesis counts.
        if (!SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{pid}/stat") is var stat && stat[stat.LastIndexOf(')') + 2] == 'T', Eventually.Soon))
        {
            throw new TimeoutException($"Process {pid} does not stop.");
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
