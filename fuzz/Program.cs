using GoHub.Fuzz;
using SharpFuzz;

// See README.md. A broken invariant is an exception, which the fuzzer counts as a crash.
Action<byte[]> target = args is [var name, ..] ? name switch
{
    "frames" => FrameTarget.Run,
    "envelopes" => EnvelopeTarget.Run,
    _ => throw new ArgumentException($"'{name}' is no target. Name 'frames' or 'envelopes'."),
} : throw new ArgumentException("Name a target: frames or envelopes.");

if (args is [_, var file])
{
    target(File.ReadAllBytes(file));
    return;
}
Fuzzer.OutOfProcess.Run(input =>
{
    using var bytes = new MemoryStream();
    input.CopyTo(bytes);
    target(bytes.ToArray());
});
