import { type Alarm, now } from './clock.js';
import { isForGood, signedOut } from './closes.js';
import { ErrorCode, GoHubError } from './error.js';
import { heartbeat } from './heartbeat.js';
import type { Settings } from './options.js';
import { watchPage } from './page.js';
import { guarded } from './report.js';
import { jittered } from './retry.js';
import { open, openSocket, type SocketLike } from './socket.js';
import { tokens } from './token.js';
import type { Message, State, StateChange, Unsubscribe } from './types.js';

const settled = 5000; // ms a connection must live before a close with 4401 counts as the first one again

/** What the connection tells. None of these may throw; only `changed`, `message` and `binary` run code of the app. */
interface Events {
  /** It is up, and nothing has been sent on it. */
  ready(): void;
  /** It is gone, and with it the answers that were due. */
  dropped(): void;
  /** The client is stopped. */
  ended(error: GoHubError): void;
  changed(change: StateChange): void;
  message(message: Message): void;
  binary(bytes: Uint8Array): void;
  auth(token: string): Promise<unknown>;
}

interface Waiter {
  promise: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

export type Connection = ReturnType<typeof connection>;

/** The life of one connection after the other: attempts, back-off, closes, and which of the five states that makes. */
export function connection(url: string, settings: Settings, alarm: Alarm, events: Events) {
  let state: State = 'idle';
  let clientId: string | undefined;
  let userId: string | undefined;
  let socket: SocketLike | undefined;
  let jwt: string | undefined; // of the socket
  let turn = 0; // an attempt that is not the latest has nothing to say
  let attempts = 0;
  let hint: number | undefined; // ms to the next attempt, as the server asked
  let rejected = false; // closed with 4401, and not settled since
  let connectedAt = 0;
  let starting: Waiter | undefined;
  let closing = Promise.resolve();
  let unwatch: Unsubscribe | undefined;

  const live = () => state === 'connected' && socket?.readyState === open;
  const send = (payload: string | Uint8Array) => socket!.send(payload);
  const pulse = heartbeat(settings, alarm, () => live() && send('{"message_type":"ping"}'), () => abandon(undefined, 'no answer'));
  const token = tokens(settings, alarm, events.auth, () => abandon(0, 'another user'));

  function become(next: State, about?: Omit<StateChange, 'state'>) {
    state = next;
    events.changed({ state, ...about });
  }

  async function connect() {
    alarm.cancel(connect);
    const own = ++turn;
    pulse.begin();
    become('connecting');
    if (own !== turn) return; // stopped by who heard that
    try {
      const next = await token.next();
      if (own !== turn) return;
      jwt = next;
      socket = openSocket(settings.WebSocket, url, jwt, { message, closed });
    } catch (error) {
      if (own === turn) abandon(undefined, undefined, error);
    }
  }

  function message(data: string | ArrayBuffer, from: SocketLike) {
    if (from !== socket) return;
    pulse.heard();
    if (typeof data === 'string') {
      guarded(() => envelope(JSON.parse(data)));
    } else {
      welcomed();
      events.binary(new Uint8Array(data));
    }
  }

  function envelope(message: Message) {
    const { message_type: type, data } = message;
    if (type === 'welcome') clientId = data.client_id;
    if (type === 'welcome' || type === 'auth_ok') userId = data.user_id;
    if (type === 'reconnect' && data.reconnect_in >= 0) hint = +data.reconnect_in;
    welcomed();
    events.message(message);
  }

  // By the first message; that is the welcome, wherever the server is one of GoHub's.
  function welcomed() {
    if (state === 'connected') return;
    state = 'connected';
    connectedAt = now();
    if (!rejected) attempts = 0;
    token.begin(jwt);
    events.ready();
    become(state);
    starting?.resolve();
    starting = undefined;
  }

  function closed(code: number, reason: string, error: unknown, from: SocketLike) {
    if (from !== socket) return;
    if (state === 'connected' && now() - connectedAt >= settled) {
      rejected = false;
      attempts = 0;
    }
    const about = { code, reason: reason || undefined, error };
    const renew = code === signedOut && token.renewable;
    const delay = hint ?? (renew && !rejected ? 0 : undefined);
    rejected ||= renew;
    drop();
    if (isForGood(code) && !renew) end(`The server closed the connection for good: ${code} ${reason}`.trim(), about);
    else retry(delay, about);
  }

  function abandon(delay?: number, reason?: string, error?: unknown) {
    drop();
    retry(delay, { reason, error });
  }

  /** What the old socket still says is not heard. */
  function drop() {
    const old = socket;
    socket = clientId = userId = hint = undefined;
    turn++;
    pulse.end();
    token.end();
    if (old && old.readyState <= open) old.close(1000);
    events.dropped();
  }

  function retry(delay = jittered(settings.reconnect, attempts++), about?: Omit<StateChange, 'state'>) {
    alarm.by(connect, now() + delay);
    become('waiting', { delay, ...about });
  }

  function end(message: string, about?: Omit<StateChange, 'state'>) {
    const error = new GoHubError(ErrorCode.Stopped, message);
    state = 'stopped';
    alarm.stop();
    unwatch?.();
    events.ended(error);
    drop();
    starting?.reject(error);
    starting = undefined;
    become(state, about);
  }

  function wake() {
    if (state === 'waiting') connect();
    else if (live()) pulse.ask();
  }

  function start(): Promise<void> {
    if (state === 'connected') return Promise.resolve();
    const { promise } = (starting ??= waiter());
    if (state === 'idle' || state === 'stopped') {
      unwatch = watchPage(wake);
      attempts = 0;
      rejected = false;
      connect();
    }
    return promise;
  }

  function stop(): Promise<void> {
    const last = socket;
    if (last) closing = new Promise(resolve => (last.onclose = last.onerror = () => resolve()));
    if (state !== 'stopped') end('The client was stopped.');
    return closing;
  }

  return {
    get state() {
      return state;
    },
    get clientId() {
      return clientId;
    },
    get userId() {
      return userId;
    },
    live,
    send,
    start,
    stop,
  };
}

function waiter(): Waiter {
  let settle!: Omit<Waiter, 'promise'>;
  const promise = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  // Who starts without waiting is not to be told of a later stop as of an error nobody caught.
  promise.catch(() => undefined);
  return { promise, ...settle };
}
