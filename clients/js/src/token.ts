import { type Alarm, now } from './clock.js';
import { codeOf, ErrorCode } from './error.js';
import type { Settings } from './options.js';
import { jittered } from './retry.js';

/** When a JWT ends, in Unix milliseconds; NaN if it does not say. It is not verified: that is the server's. */
export function expiry(token: string | undefined): number {
  try {
    return JSON.parse(atob(token!.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/'))).exp * 1000;
  } catch {
    return NaN;
  }
}

/**
 * The token of each attempt, and its renewal on the living connection.
 * `auth` signs in with another token there; `replaced` is told that the connection cannot take it, but the next one will.
 */
export function tokens({ token: source, reconnect, refreshBefore }: Settings, alarm: Alarm, auth: (token: string) => Promise<unknown>, replaced: () => void) {
  const ask = typeof source === 'function' ? source : undefined;
  let token: string | undefined;
  let carried: string | undefined;
  let tries = 0;
  let connection = 0;

  function plan(renewed: boolean) {
    const left = expiry(token) - Date.now();
    if (!ask || Number.isNaN(left)) return;
    let delay = left - Math.min(refreshBefore, left / 4);
    // A token that is old already, by this clock, must not be renewed without end.
    if (renewed && delay > 0) tries = 0;
    else delay = jittered(reconnect, tries++);
    alarm.by(refresh, now() + delay);
  }

  async function refresh() {
    const own = connection;
    let fresh: string | undefined;
    let problem: unknown;
    try {
      fresh = await ask!();
      if (own === connection && fresh && fresh !== token) await auth(fresh);
    } catch (error) {
      problem = error;
    }
    if (own !== connection) return;
    if (codeOf(problem) === ErrorCode.Forbidden) {
      carried = fresh;
      replaced();
    } else {
      const renewed = !problem && !!fresh && fresh !== token;
      if (renewed) token = fresh;
      plan(renewed);
    }
  }

  return {
    renewable: !!ask,
    /** The token for an attempt; what the token function throws comes through. */
    async next() {
      const next = carried ?? (ask ? ask() : (source as string | undefined));
      carried = undefined;
      return next;
    },
    /** A connection has come up with this token. */
    begin(own: string | undefined) {
      token = own;
      tries = 0;
      plan(true);
    },
    end() {
      connection++;
      alarm.cancel(refresh);
    },
  };
}
