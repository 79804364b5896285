using Microsoft.AspNetCore.Builder;

namespace GoHub.Testing.Tests;

public sealed class ClusterTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_node_answers_without_a_port()
    {
        await using var cluster = await GoHubTestCluster.StartAsync(map: hub => hub.MapMessage("echo", (JsonElement data) => data), cancellationToken: Cancel);
        await using var client = await cluster[0].ConnectAsync("alice", cancellationToken: Cancel);

        Assert.Equal("hello", await client.RequestAsync<string, string>("echo", "hello", Cancel));
        Assert.Equal("alice", client.UserId);
        using var http = cluster[0].CreateHttpClient();
        Assert.Contains("\"ok\"", await http.GetStringAsync(new Uri("health", UriKind.Relative), Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_without_a_user_is_anonymous()
    {
        await using var cluster = await GoHubTestCluster.StartAsync(cancellationToken: Cancel);
        await using var client = await cluster[0].ConnectAsync(cancellationToken: Cancel);

        Assert.Null(client.UserId);
        Assert.NotNull(client.ConnectionId);
    }

    [Fact]
    public async Task A_client_may_do_what_it_was_granted_and_no_more()
    {
        await using var cluster = await GoHubTestCluster.StartAsync(o => o.Hub = hub => hub.Rooms.AutoCreate = true, Cancel);
        await using var client = await cluster[0].ConnectAsync("alice", [GoHubPermissions.JoinRoom + ":open"], cancellationToken: Cancel);

        await client.SubscribeAsync("open", Cancel);
        var refused = await Assert.ThrowsAsync<GoHubRequestException>(() => client.SubscribeAsync("closed", Cancel));
        Assert.Equal((int)GoHubErrorCode.Forbidden, refused.Code);
    }

    [Fact]
    public async Task Messages_cross_from_node_to_node()
    {
        await using var cluster = await StartAsync(3);
        await using var alice = await cluster[0].ConnectAsync("alice", cancellationToken: Cancel);
        await using var bob = await cluster[2].ConnectAsync("bob", cancellationToken: Cancel);
        var hers = await alice.SubscribeAsync("lobby", Cancel);
        var his = await bob.SubscribeAsync("lobby", Cancel);
        await using var messages = his.Messages.GetAsyncEnumerator(Cancel);

        var next = messages.MoveNextAsync();
        await hers.SendAsync("over here", Cancel);

        Assert.True(await next);
        Assert.Equal(("over here", "alice"), (messages.Current.Content<string>(), messages.Current.SenderId));
        Assert.Equal(2, await cluster[1].Hub.Connections.CountAsync(Cancel));
    }

    [Fact]
    public async Task Killed_it_resets_its_clients_and_the_others_miss_it_by_and_by()
    {
        await using var cluster = await StartAsync(2);
        await using var client = await cluster.ConnectAsync("alice", cancellationToken: Cancel);
        var first = cluster.Nodes.Single(n => n.Hub.Local.ConnectionCount == 1);
        var other = cluster.Nodes.Single(n => n != first);
        Assert.Equal(2, other.Hub.Nodes.Count);

        await first.KillAsync();

        await Eventually.HoldsAsync("the client has gone to the other node", () => other.Hub.Local.ConnectionCount == 1);
        Assert.False(first.IsRunning);
        await cluster.Clock.AdvanceAsync(TimeSpan.FromSeconds(15), Cancel);
        await Eventually.HoldsAsync("the other node knows that it is alone", () => other.Hub.Nodes.Count == 1);
        await first.StartAsync(Cancel);
        await Eventually.HoldsAsync("it is among them again", () => other.Hub.Nodes.Count == 2);
    }

    [Fact]
    public async Task Paused_it_neither_answers_nor_loses_anything()
    {
        await using var cluster = await StartAsync(2);
        await using var alice = await cluster[0].ConnectAsync("alice", cancellationToken: Cancel);
        await using var bob = await cluster[1].ConnectAsync("bob", cancellationToken: Cancel);
        var hers = await alice.SubscribeAsync("lobby", Cancel);
        var his = await bob.SubscribeAsync("lobby", Cancel);
        await using var messages = his.Messages.GetAsyncEnumerator(Cancel);
        var next = messages.MoveNextAsync();

        cluster[1].Pause();
        var asked = bob.RequestAsync<int, int>("echo", 7, Cancel);
        await hers.SendAsync("while you were asleep", Cancel);
        Assert.Equal(1, await alice.RequestAsync<int, int>("echo", 1, Cancel));
        Assert.False(asked.IsCompleted);
        Assert.False(next.IsCompleted);
        cluster[1].Resume();

        Assert.Equal(7, await asked);
        Assert.True(await next);
        Assert.Equal("while you were asleep", messages.Current.Content<string>());
    }

    [Fact]
    public async Task Stopped_it_says_goodbye_and_its_clients_move_on()
    {
        await using var cluster = await StartAsync(2);
        await using var client = await cluster.ConnectAsync("alice", cancellationToken: Cancel);
        var first = cluster.Nodes.Single(n => n.Hub.Local.ConnectionCount == 1);

        await first.StopAsync(Cancel);

        var other = cluster.Nodes.Single(n => n != first);
        await Eventually.HoldsAsync("the client has gone to the other node", () => other.Hub.Local.ConnectionCount == 1);
        await Eventually.HoldsAsync("the other node was told", () => other.Hub.Nodes.Count == 1);
    }

    [Fact]
    public async Task Cut_off_it_serves_its_own_and_hears_the_others_again_later()
    {
        await using var cluster = await StartAsync(2);
        await using var alice = await cluster[0].ConnectAsync("alice", cancellationToken: Cancel);
        await using var bob = await cluster[1].ConnectAsync("bob", cancellationToken: Cancel);
        var hers = await alice.SubscribeAsync("lobby", Cancel);
        var his = await bob.SubscribeAsync("lobby", Cancel);
        await using var messages = his.Messages.GetAsyncEnumerator(Cancel);
        var next = messages.MoveNextAsync();

        cluster[1].CutOff();
        await hers.SendAsync("lost", Cancel);
        Assert.Equal(7, await bob.RequestAsync<int, int>("echo", 7, Cancel));
        cluster[1].Rejoin();
        await hers.SendAsync("heard", Cancel);

        Assert.True(await next);
        Assert.Equal("heard", messages.Current.Content<string>());
    }

    [Fact]
    public async Task Its_app_has_services_settings_and_endpoints_of_its_own()
    {
        await using var cluster = await GoHubTestCluster.StartAsync(
            options =>
            {
                options.Configure = builder => builder.Configuration["Greeting"] = "hello";
                options.Map = hub => hub.MapMessage("greet", (Microsoft.Extensions.Configuration.IConfiguration settings) => settings["Greeting"]);
                options.App = app => app.MapGet("/version", () => "1");
            },
            Cancel);
        await using var client = await cluster[0].ConnectAsync(cancellationToken: Cancel);
        using var http = cluster[0].CreateHttpClient();

        Assert.Equal("hello", await client.RequestAsync<object?, string>("greet", null, Cancel));
        Assert.Equal("1", await http.GetStringAsync(new Uri("version", UriKind.Relative), Cancel));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public async Task There_are_1_to_100_nodes(int nodes) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => GoHubTestCluster.StartAsync(nodes, cancellationToken: Cancel));

    [Fact]
    public async Task A_node_with_bad_options_does_not_start_and_says_why()
    {
        var refused = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => GoHubTestCluster.StartAsync(o => o.Hub = hub => hub.MaxMessageSize = -1, Cancel));
        Assert.Contains("GoHub:MaxMessageSize", refused.Message, StringComparison.Ordinal);
    }

    private static Task<GoHubTestCluster> StartAsync(int nodes) => GoHubTestCluster.StartAsync(
        options =>
        {
            options.Nodes = nodes;
            options.Hub = hub => hub.Rooms.AutoCreate = true;
            options.Map = hub => hub.MapMessage("echo", (JsonElement data) => data);
        },
        Cancel);
}
