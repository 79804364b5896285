using System.Globalization;

namespace GoHub.ChatTests;

/// <summary>How the sample is started.</summary>
public sealed class CommandLine(ChatBrowser browser)
{
    [Theory]
    [InlineData("redis")]
    [InlineData("nats")]
    public async Task One_command_starts_three_nodes_and_the_bus_between_them_and_ends_them_all(string bus)
    {
        var port = Ports.Before(3);
        var busPort = FreePort.Next();
        await using var chat = await ChatProcess.StartAsync(port + 3, "--nodes", "3", "--port", port.ToString(CultureInfo.InvariantCulture), "--bus", $"{bus}://localhost:{busPort}");
        await using var window = await browser.OpenWindowAsync(chat);
        await using var other = await browser.OpenWindowAsync(new Uri($"http://localhost:{port + 1}/"));
        var ada = await window.EnterAsync("Ada");
        var bob = await other.EnterAsync("Bob");
        await Expect(ada.At("me-state")).ToHaveTextAsync("Online on node 3");
        await Expect(bob.People).ToHaveCountAsync(2);
        await ada.SayAndBeHeardAsync("over the bus");
        await bob.ReadsAsync("over the bus");

        Assert.Equal(0, await chat.StopAsync());
        Assert.False(await ChatProcess.AnswersAsync(port + 1));
        Assert.True(Ports.IsFree(busPort));
    }

    [Theory]
    [InlineData("--nodes 0", "--nodes must be 1 to 9.")]
    [InlineData("--nodes 3 --node 4", "--node must be one of the nodes")]
    [InlineData("--port 99999", "--port must be 1 to 65535")]
    [InlineData("--bus kafka --nodes 2", "--bus must be redis, nats, or an address")]
    [InlineData("--nodes 2 --node 1 --bus redis://127.0.0.1:1", "Nothing answers at redis://127.0.0.1:1")]
    public async Task A_command_line_that_cannot_be_is_refused_in_a_sentence(string args, string sentence)
    {
        await using var run = ChatProcess.Run(args.Split(' '));
        Assert.NotEqual(0, await run.ExitCodeAsync());
        Assert.StartsWith(sentence, Assert.Single(run.StandardError), StringComparison.Ordinal);
    }
}
