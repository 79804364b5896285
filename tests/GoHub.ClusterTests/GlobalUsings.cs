global using System.Text;
global using System.Text.Json;
global using System.Text.Json.Nodes;
global using GoHub.ClusterTests.Hosting;
global using GoHub.IntegrationTests.Hosting;
global using GoHub.IntegrationTests.Wire;
global using Xunit;
