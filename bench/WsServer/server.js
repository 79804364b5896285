// The npm package ws as its README uses it: /echo answers, /fan loops over the clients.
//   node server.js PORT
import { createRequire } from 'node:module';
import { WebSocketServer, WebSocket } from 'ws';

const { version } = createRequire(import.meta.url)('ws/package.json');
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.argv[2] ?? 8080), backlog: 4096 });

server.on('connection', (socket, request) => {
  socket.on('error', () => {}); // the generator resets its connections
  if (request.url === '/fan') {
    socket.on('message', (data, isBinary) => {
      for (const client of server.clients) {
        if (client.readyState === WebSocket.OPEN) client.send(data, { binary: isBinary });
      }
    });
  } else {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  }
});

console.log(`ws ${version}, Node.js ${process.version}`);
process.on('SIGTERM', () => process.exit());
