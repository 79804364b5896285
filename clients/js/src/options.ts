import type { Backoff } from './retry.js';
import type { SocketConstructor } from './socket.js';

/** Options of a client. Times are in milliseconds and at least 1; `Infinity` means never. */
export interface GoHubOptions {
  /** A JWT, or what brings one: asked for each attempt, and again before the token expires. None connects as anonymous. */
  token?: string | (() => string | undefined | Promise<string | undefined>);
  /** Whether the client starts by itself, once the code that made it has run. Default true. */
  autoStart?: boolean;
  /** How long an answer may take, the time offline included. Default 10,000. */
  requestTimeout?: number;
  /** The server is pinged after a silence of this; an attempt to connect may take as long. Default 25,000. */
  heartbeat?: number;
  /** The connection is given up when a ping is not answered within this. Default 10,000. */
  heartbeatTimeout?: number;
  /** Attempt n (from 0) waits a random time up to the smaller of `max` and `base * 2 ** n`. Default 500 and 30,000. */
  reconnect?: Partial<Backoff>;
  /** Whether messages sent while not connected are kept and sent later, or refused. Default `queue`. */
  whileOffline?: 'queue' | 'refuse';
  /** How many messages are kept. Default 100. */
  maxQueued?: number;
  /** How many bytes of messages are kept. Default 262,144. */
  maxQueuedBytes?: number;
  /** A token is renewed this long before it expires, but not before 3/4 of the time it has left. Default 60,000; 0 or more. */
  refreshBefore?: number;
  /** The WebSocket to use. Default the platform's; Node before 22 has none: pass that of the npm package `ws`. */
  WebSocket?: SocketConstructor;
}

/** Options as chosen, checked and complete. */
export type Settings = Required<Omit<GoHubOptions, 'reconnect' | 'token'>> & Pick<GoHubOptions, 'token'> & { reconnect: Backoff };

/** Throws a TypeError or RangeError that says what to write. */
export function checkedNumber(name: string, value: unknown, least: number): number {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number; it is ${typeof value}.`);
  if (!(value >= least)) throw new RangeError(`${name} must be ${least} or more; it is ${value}.`);
  return value;
}

/** Fills in what is not given and throws for what cannot be meant. */
export function checkedOptions({
  token,
  autoStart = true,
  requestTimeout = 10_000,
  heartbeat = 25_000,
  heartbeatTimeout = 10_000,
  reconnect: { base = 500, max = 30_000 } = {},
  whileOffline = 'queue',
  maxQueued = 100,
  maxQueuedBytes = 262_144,
  refreshBefore = 60_000,
  WebSocket = globalThis.WebSocket,
  ...unknown
}: GoHubOptions): Settings {
  for (const name in unknown) throw new TypeError(`There is no option ${name}.`);
  for (const [name, value] of Object.entries({ requestTimeout, heartbeat, heartbeatTimeout, base, max })) checkedNumber(name, value, 1);
  for (const [name, value] of Object.entries({ maxQueued, maxQueuedBytes, refreshBefore })) checkedNumber(name, value, 0);
  if (whileOffline !== 'queue' && whileOffline !== 'refuse') throw new TypeError("whileOffline must be 'queue' or 'refuse'.");
  if (typeof WebSocket !== 'function') throw new TypeError('This platform has no WebSocket: pass one as the option WebSocket, such as that of the npm package ws.');
  // A subprotocol carries it, which takes these characters only; a JWT has no others.
  const usable = !token || typeof token === 'function' || (typeof token === 'string' && /^[\w.~+-]+$/.test(token));
  if (!usable) throw new TypeError('token must be a JWT, or a function that returns one.');
  const reconnect = { base, max };
  return { token, autoStart, requestTimeout, heartbeat, heartbeatTimeout, reconnect, whileOffline, maxQueued, maxQueuedBytes, refreshBefore, WebSocket };
}

/** The address to connect to: relative ones are the page's, http stands for ws. */
export function checkedUrl(url: string | URL): string {
  let address;
  try {
    address = new URL(url, globalThis.location?.href);
  } catch {
    throw new TypeError(`The url must be like 'wss://example.com/ws', or '/ws' in a page; it is '${url}'.`);
  }
  address.protocol = address.protocol.replace('http', 'ws');
  address.hash = '';
  if (!/^wss?:$/.test(address.protocol)) throw new TypeError(`The url must begin with ws, wss, http or https; it is '${url}'.`);
  return address.href;
}
