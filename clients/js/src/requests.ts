import { type Alarm, now } from './clock.js';
import { ErrorCode, GoHubError } from './error.js';
import { checkedNumber, type Settings } from './options.js';
import type { outbox, Waiting } from './outbox.js';
import type { Message } from './types.js';

export interface RequestOptions {
  /** Milliseconds until the request fails with `ErrorCode.Timeout`, the time offline included. Default the client's `requestTimeout`. */
  timeout?: number;
  /** Aborts it: the request rejects with `signal.reason`. The server may still handle what was sent. */
  signal?: AbortSignal;
}

interface Pending {
  due: number;
  /** Set while it has not been sent. */
  waiting: Waiting | void;
  resolve(data: unknown): void;
  reject(error: unknown): void;
  /** Leaves nothing at the signal, which may live longer than the request. */
  release(): void;
}

export const envelope = (message_type: string, data?: unknown, message_id?: number) => JSON.stringify({ message_id, message_type, data });

/** Questions and their answers, matched by an id that is never used twice. A request is sent once or never. */
export function requests({ requestTimeout }: Settings, alarm: Alarm, queue: ReturnType<typeof outbox>) {
  const pending = new Map<number, Pending>();
  let last = 0;

  function take(id: number): Pending | undefined {
    const one = pending.get(id);
    if (!one) return undefined;
    pending.delete(id);
    one.release();
    if (one.waiting) queue.remove(one.waiting);
    return one;
  }

  function expire() {
    let next = Infinity;
    for (const [id, { due }] of pending) {
      if (due <= now()) take(id)!.reject(new GoHubError(ErrorCode.Timeout, 'No answer came in time.'));
      else next = Math.min(next, due);
    }
    alarm.by(expire, next);
  }

  return {
    /** Rejects with a GoHubError, with what the signal says, or with what is wrong with the arguments. */
    request: <T>(type: string, data?: unknown, { timeout = requestTimeout, signal }: RequestOptions = {}): Promise<T> =>
      new Promise<any>((resolve, reject) => {
        const due = now() + checkedNumber('timeout', timeout, 1);
        signal?.throwIfAborted();
        const id = ++last;
        const waiting = queue.put(envelope(type, data, id));
        const abort = () => take(id)!.reject(signal!.reason);
        const release = () => signal?.removeEventListener('abort', abort);
        signal?.addEventListener('abort', abort);
        pending.set(id, { due, waiting, resolve, reject, release });
        alarm.by(expire, due);
      }),
    /** Whether the message answers a request, be it one that nobody waits for any more. */
    answer({ request_id: id, message_type: type, data }: Message): boolean {
      if (typeof id !== 'number' || !(id > 0 && id <= last)) return false;
      if (type === 'error') take(id)?.reject(new GoHubError(data.code, data.message, data.details));
      else take(id)?.resolve(data);
      return true;
    },
    /** Fails those that were sent, or all of them. */
    fail(error: GoHubError, all: boolean) {
      for (const [id, { waiting }] of pending) {
        if (all || !waiting || !queue.has(waiting)) take(id)!.reject(error);
      }
    },
  };
}
