import type { GoHubError } from './error.js';
import { topics } from './topics.js';
import type { Message, Unsubscribe } from './types.js';

/** Who is in a room, as on the wire. */
export interface Member {
  client_id: string;
  /** Absent for an anonymous member. */
  user_id?: string;
}

/** Who was in a room when the server was asked. */
export interface Members extends Array<Member> {
  /** Nodes of a cluster that did not answer, by id: whom they have is not in the list. Empty if all did. */
  missing: string[];
}

/** A room this client is in. It stays the same over reconnects, until it is left or lost. */
export interface Room {
  readonly id: string;
  /** The room is lost and forgotten: the server took this client out, or does not let it in again after a reconnect. */
  on(type: 'lost', handler: (error: GoHubError) => void): Unsubscribe;
  /** In the room again after a reconnect; what was said meanwhile is missed. */
  on(type: 'rejoined', handler: () => void): Unsubscribe;
  /** Hears the messages of this type that name this room: `room_message`, `gap`, `room_left`, `room_deleted` and an app's own. */
  on<T = any>(type: string, handler: (data: T, message: Message<T>) => void): Unsubscribe;
  /** Sends to the other members; resolves with the server's `ack`, whose `level` is `local` where a cluster's bus did not take it. */
  send(content: unknown): Promise<{ status: string; level?: 'bus' | 'local' }>;
  /** Asks who is in the room. */
  members(): Promise<Members>;
  /** Leaves. Resolves at once where there is no connection: a membership ends with it. */
  leave(): Promise<void>;
}

export type Ask = <T = any>(type: string, data: unknown) => Promise<T>;

/** A room, and what only the client does with it. */
export interface Seat {
  room: Room;
  /** Settles when the server has let us in, or not. */
  entered: Promise<Room>;
  /** Whether it is to be entered again after a reconnect. */
  taken: boolean;
  tell(type: string, ...args: unknown[]): void;
  /** From now on what is told waits. */
  hold(): void;
  /** Tells these first, and then what waited. */
  open(...first: unknown[][]): void;
}

export function seat(id: string, ask: Ask, leave: (seat: Seat) => Promise<void>): Seat {
  const { on, tell } = topics();
  // Messages may come in one piece with the answer to the join, before its caller has had its turn.
  let held: unknown[][] | undefined = [];
  const room: Room = {
    id,
    on,
    send: content => ask('room_message', { room_id: id, content }),
    members: async () => {
      const { members, missing = [] } = await ask('room_members', { room_id: id });
      return Object.assign(members, { missing });
    },
    leave: () => leave(own),
  };
  const own: Seat = {
    room,
    entered: Promise.resolve(room),
    taken: false,
    tell: (...event) => (held ? void held.push(event) : tell(...event)),
    hold() {
      held ??= [];
    },
    open(...first) {
      const events = first.concat(held ?? []);
      held = undefined;
      for (const [type, ...about] of events) tell(type, ...about);
    },
  };
  return own;
}
