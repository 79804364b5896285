import { connected } from './world.js';

/** The rooms asked for on a connection. */
export const joins = socket => socket.sent.filter(message => message.message_type === 'join_room').map(message => message.data.room_id);

/** A connected world that is in the room `lobby`. */
export async function inLobby(t, options) {
  const all = await connected(t, options);
  const room = await enter(all, 'lobby');
  return { ...all, room };
}

/** Joins a room that lets everybody in. */
export async function enter({ hub, server, clock }, id) {
  const joining = hub.join(id);
  server.last.answer('room_joined', { room_id: id, status: 'joined' });
  await clock.advance(0);
  return joining;
}

/** Loses the connection and gets the next one; the join of `lobby` is the last thing sent on it. */
export async function comeBack({ server, clock }) {
  server.last.end();
  await clock.advance(250);
  server.last.accept();
}

/** What happens to a room. */
export function watch(room) {
  const seen = [];
  room.on('lost', error => seen.push(['lost', error.code]));
  room.on('rejoined', () => seen.push(['rejoined']));
  return seen;
}
