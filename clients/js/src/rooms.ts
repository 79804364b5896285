import { type Alarm, now } from './clock.js';
import type { Connection } from './connection.js';
import { codeOf, ErrorCode, GoHubError } from './error.js';
import type { Settings } from './options.js';
import { jittered } from './retry.js';
import { type Ask, type Room, seat, type Seat } from './room.js';
import type { Message } from './types.js';

const ended = [ErrorCode.ConnectionLost, ErrorCode.Stopped];
// A limit of messages per second, or a bus between nodes that is down.
const passing = [ErrorCode.RateLimited, ErrorCode.Unavailable];
const outside = [ErrorCode.RoomNotFound, ErrorCode.NotInRoom, ...ended];
const among = (codes: readonly number[], error: unknown) => codes.includes(codeOf(error)!);

/** The rooms this client is in: one object for each id, entered again with every new connection. */
export function rooms({ reconnect, requestTimeout }: Settings, alarm: Alarm, link: Connection, ask: Ask) {
  const seats = new Map<string, Seat>();
  const fresh = new Set<Seat>();
  let connection = 0;

  async function enter(id: string) {
    try {
      await ask('join_room', { room_id: id });
    } catch (error) {
      if (codeOf(error) !== ErrorCode.AlreadyInRoom) throw error;
    }
  }

  async function firstEnter(seat: Seat): Promise<Room> {
    try {
      await enter(seat.room.id);
    } catch (error) {
      forget(seat);
      // The server may let us in yet; nobody here would know.
      if (codeOf(error) === ErrorCode.Timeout && link.live()) ask('leave_room', { room_id: seat.room.id }).catch(() => undefined);
      throw error;
    }
    seat.taken = true;
    fresh.add(seat);
    alarm.by(open, now());
    return seat.room;
  }

  async function enterAgain(seat: Seat, own: number, since = now(), attempt = 0) {
    if (own !== connection || !link.live() || !has(seat)) return;
    seat.hold();
    try {
      await enter(seat.room.id);
      seat.open(...(has(seat) ? [['rejoined']] : []));
    } catch (error) {
      if (among(passing, error) && now() - since < requestTimeout) {
        alarm.by(() => enterAgain(seat, own, since, attempt + 1), now() + jittered(reconnect, attempt));
      } else if (!among(ended, error)) {
        lose(seat, error);
        seat.open();
      }
    }
  }

  async function leave(seat: Seat) {
    const { id } = seat.room;
    if (!forget(seat) || !link.live()) return;
    try {
      await ask('leave_room', { room_id: id });
    } catch (error) {
      if (among(outside, error)) return;
      if (!seats.has(id)) seats.set(id, seat);
      throw error;
    }
  }

  function open() {
    for (const seat of fresh) seat.open();
    fresh.clear();
  }

  const has = (seat: Seat) => seats.get(seat.room.id) === seat;
  const forget = (seat: Seat) => has(seat) && seats.delete(seat.room.id);

  function lose(seat: Seat, error: unknown) {
    if (forget(seat)) seat.tell('lost', error);
  }

  return {
    join(id: string): Promise<Room> {
      let own = seats.get(id);
      if (!own) {
        own = seat(id, ask, leave);
        seats.set(id, own);
        own.entered = firstEnter(own);
      }
      return own.entered;
    },
    /** The server answers in order, so what is sent behind this finds us in the rooms. */
    rejoin() {
      connection++;
      for (const seat of seats.values()) if (seat.taken) enterAgain(seat, connection);
    },
    heard(message: Message, isAnswer: boolean) {
      const { message_type: type, data } = message;
      const seat = seats.get(data?.room_id);
      if (!seat) return;
      if (!isAnswer) seat.tell(type, data, message);
      else if (!seat.taken) return; // of a membership before
      if (type === 'room_deleted') lose(seat, new GoHubError(ErrorCode.RoomNotFound, 'The room was deleted.'));
      if (type === 'room_left') lose(seat, new GoHubError(ErrorCode.NotInRoom, `Taken out of the room: ${data.status}.`, data.reason));
    },
    end(error: GoHubError) {
      const all = [...seats.values()];
      seats.clear();
      // The app hears of it when the client has come to rest.
      queueMicrotask(() => {
        for (const seat of all) {
          seat.tell('lost', error);
          seat.open();
        }
      });
    },
  };
}
