import { WebSocketServer } from 'ws';

/** A small real server on a free port: welcomes, echoes, lets everybody into every room. */
export async function startServer(t, options = {}) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'gohub.v1', ...options });
  await new Promise(resolve => server.on('listening', resolve));
  let connections = 0;
  const offered = [];
  server.on('connection', (socket, request) => {
    offered.push(request.headers['sec-websocket-protocol']);
    const say = (message_type, data, request_id) => socket.send(JSON.stringify({ message_id: 0, message_type, data, timestamp: Date.now(), request_id }));
    say('welcome', { client_id: `c-${++connections}` });
    socket.on('message', (data, isBinary) => {
      if (isBinary) return socket.send(data);
      const { message_id: id, message_type: type, data: body } = JSON.parse(data);
      answers[type]?.(say, body, id, socket);
    });
  });
  t.after(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return { server, offered, url: `ws://127.0.0.1:${server.address().port}/ws` };
}

const answers = {
  echo: (say, data, id) => say('echo_reply', data, id),
  hello: (say, { name }, id) => say('hello_reply', { text: `Hello, ${name}!` }, id),
  join_room: (say, { room_id }, id, socket) => {
    // In one piece, as a busy room does it.
    socket._socket.cork();
    say('room_joined', { room_id, status: 'joined' }, id);
    say('room_message', { room_id, content: { text: 'welcome' }, sender_id: 'host', timestamp: Date.now() });
    socket._socket.uncork();
  },
  leave_room: (say, { room_id }, id) => say('room_left', { room_id, status: 'left' }, id),
  room_members: (say, { room_id }, id) => say('room_members', { room_id, members: [{ client_id: 'c-1' }] }, id),
  room_message: (say, data, id) => id && say('ack', { status: 'ok' }, id),
  fail: (say, data, id) => say('error', { code: 5000, message: 'As you wish.', request_id: id, details: 'fail' }, id),
  drop: (say, { code }, id, socket) => socket.close(code, 'as asked'),
};
