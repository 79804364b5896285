global using System.Text.Json;
global using GoHub.Client;
global using GoHub.IntegrationTests.Hosting;
global using Xunit;
