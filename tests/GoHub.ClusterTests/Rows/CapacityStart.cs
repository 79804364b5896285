namespace GoHub.ClusterTests.Rows;

/// <summary>Row 15 on a bus that has nothing to keep seats with: said at the start, not found out later.</summary>
public sealed class CapacityStart
{
    [Fact]
    public async Task Strict_does_not_start_without_JetStream_and_says_why()
    {
        await using var nats = await NatsServer.StartNewAsync(jetStream: false);
        var run = ServerRun.Start(["--urls", $"http://127.0.0.1:{FreePort.Next()}", $"--GoHub:Auth:Jwt:SecretKey={TestTokens.Key}", "--GoHub:Cluster:Bus=nats", $"--GoHub:Cluster:Nats:Urls:0={nats.Url}", "--GoHub:Cluster:Capacity=Strict"], null);
        await using (run)
        {
            Assert.NotEqual(0, await run.ExitCodeAsync());
            Assert.Contains("GoHub:Cluster:Capacity is 'Strict', but this nats has nothing to hold the limits of rooms with. Turn JetStream on", run.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Auto_starts_without_JetStream_and_warns()
    {
        await using var nats = await NatsServer.StartNewAsync(jetStream: false);
        await using var node = await NodeProcess.StartNewAsync("n", "Cluster:Bus=nats", $"Cluster:Nats:Urls:0={nats.Url}");
        await Eventually.HoldsAsync("the warning is printed", () => node.Output.Any(l => l.Contains("The limits of rooms are not strict", StringComparison.Ordinal) && l.Contains("Warning", StringComparison.Ordinal)));
    }
}
