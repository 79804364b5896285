// Drives a client by lines of JSON, for the suite that compares clients: a command a line on stdin, an event a line on stdout.
import { createInterface } from 'node:readline';
import WebSocket from 'ws';
import { GoHub } from './dist/gohub.js';

const emit = event => process.stdout.write(`${JSON.stringify(event)}\n`);

let hub;
const rooms = new Map();
const heard = new Set();

/** A client has no way to hear every type, so a type is subscribed to right before its first message is handed on. */
class Watched extends WebSocket {
  constructor(...args) {
    super(...args);
    this.addEventListener('message', ({ data }) => typeof data === 'string' && hear(typeOf(data)));
  }
}

function typeOf(text) {
  try {
    return JSON.parse(text).message_type;
  } catch {
    return undefined;
  }
}

function hear(type) {
  if (typeof type !== 'string' || heard.has(type)) return;
  heard.add(type);
  hub.on(type, data => emit({ event: 'message', type, data }));
  for (const room of rooms.values()) hearRoom(room, type);
}

function hearRoom(room, type) {
  room.on(type, data => emit({ event: 'room', room: room.id, type, data: data instanceof Error ? plain(data) : data }));
}

const plain = error => ({ code: error.code, message: error.message, details: error.details });

const commands = {
  create({ url, options, token, tokens }) {
    let asked = 0;
    const next = () => {
      emit({ event: 'token' });
      return tokens[Math.min(asked++, tokens.length - 1)];
    };
    hub = new GoHub(url, { ...options, WebSocket: Watched, token: tokens ? next : token ?? undefined });
    hub.onState(({ error, ...change }) => emit({ event: 'state', ...change, error: error && String(error.message ?? error) }));
  },
  start: () => hub.start(),
  stop: () => hub.stop(),
  request: ({ type, data, timeout }) => hub.request(type, data, { timeout }),
  send: ({ type, data }) => hub.send(type, data),
  async join({ room: id }) {
    const room = await hub.join(id);
    if (rooms.get(id) !== room) {
      rooms.set(id, room);
      for (const type of new Set(['lost', 'rejoined', ...heard])) hearRoom(room, type);
    }
    return { room: id };
  },
  room_send: ({ room, content }) => rooms.get(room).send(content),
  leave: ({ room }) => rooms.get(room).leave(),
  exit: () => process.exit(0),
};

async function run({ cmd, ...command }) {
  const { tag } = command;
  try {
    const data = await commands[cmd](command);
    if (tag !== undefined) emit({ event: 'result', tag, ok: true, data });
  } catch (error) {
    emit({ event: 'result', tag, ok: false, ...plain(error) });
  }
}

createInterface({ input: process.stdin })
  .on('line', line => line.trim() && run(JSON.parse(line)))
  .on('close', () => process.exit(0));
