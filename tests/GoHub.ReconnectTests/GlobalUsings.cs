global using System.Text;
global using GoHub.ClusterTests.Proxy;
global using GoHub.IntegrationTests.Hosting;
global using GoHub.ReconnectTests.Drivers;
global using GoHub.ReconnectTests.Hosting;
global using Xunit;
