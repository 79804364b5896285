using GoHub.Server;

return args is ["token", .. var rest] ? await TokenCommand.RunAsync(rest) : await ServeCommand.RunAsync(args is ["serve", .. var serve] ? serve : args);
