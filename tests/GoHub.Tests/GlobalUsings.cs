global using CsCheck;
global using GoHub.Tests.Hosting;
global using Xunit;
