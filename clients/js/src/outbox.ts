import type { Connection } from './connection.js';
import { ErrorCode, GoHubError } from './error.js';
import type { Settings } from './options.js';

type Payload = string | Uint8Array;

/** A message that waits for a connection. */
export interface Waiting {
  payload: Payload;
  size: number;
}

const encoder = new TextEncoder();

/** Sends what can be sent, and keeps in order what cannot yet; bounded in messages and bytes. */
export function outbox({ whileOffline, maxQueued, maxQueuedBytes }: Settings, link: Connection) {
  const waiting = new Set<Waiting>();
  let bytes = 0;

  function remove(message: Waiting) {
    if (waiting.delete(message)) bytes -= message.size;
  }

  function keep(payload: Payload): Waiting {
    if (link.state === 'stopped') throw new GoHubError(ErrorCode.Stopped, 'The client is stopped.');
    if (whileOffline === 'refuse') throw new GoHubError(ErrorCode.Refused, 'Not connected.', 'offline');
    // Bytes are copied, as their owner may write over them.
    const kept = typeof payload === 'string' ? payload : new Uint8Array(payload);
    const size = (typeof kept === 'string' ? encoder.encode(kept) : kept).length;
    if (waiting.size >= maxQueued || bytes + size > maxQueuedBytes) {
      throw new GoHubError(ErrorCode.Refused, 'Not connected, and too many messages wait already.', 'full');
    }
    const message = { payload: kept, size };
    waiting.add(message);
    bytes += size;
    return message;
  }

  return {
    /** Sends the payload, or returns it as it waits; throws a GoHubError if it is refused. */
    put: (payload: Payload): Waiting | void => (link.live() ? link.send(payload) : keep(payload)),
    has: (message: Waiting) => waiting.has(message),
    remove,
    flush() {
      for (const message of waiting) {
        remove(message);
        link.send(message.payload);
      }
    },
    clear() {
      waiting.clear();
      bytes = 0;
    },
  };
}
