/** A message of the server, as it came. Fields are named as on the wire. */
export interface Message<T = any> {
  message_type: string;
  data: T;
  /** Connection id of the sender, in `room_message` and `direct_message`. */
  client_id?: string;
  /** Unix time in milliseconds. */
  timestamp: number;
  /** The `message_id` this answers. */
  request_id?: number | string;
}

/**
 * - `idle`: never started.
 * - `connecting`: an attempt is being made.
 * - `connected`: the server has welcomed this client; `clientId` is known, rooms are asked for again, what waited is sent.
 * - `waiting`: for the next attempt, `delay` ms.
 * - `stopped`: by `stop()`, or for good by a close code that says so.
 */
export type State = 'idle' | 'connecting' | 'connected' | 'waiting' | 'stopped';

/** What became of the connection, and what is known about why. */
export interface StateChange {
  state: State;
  /** Close code, if a connection or an attempt ended with one. 1006: no close frame came; a refused attempt looks the same. */
  code?: number;
  /** Reason of the close, or `no answer` (nothing was heard) or `another user` (a renewed token is another user's). */
  reason?: string;
  /** With `waiting`: milliseconds until the next attempt. */
  delay?: number;
  /** What the token function or the WebSocket threw. */
  error?: unknown;
}

/** Ends what was subscribed. More than once does nothing. */
export type Unsubscribe = () => void;
