import { GoHub } from '../dist/gohub.js';
import { FakeClock, rest } from './clock.js';
import { FakeServer } from './server.js';

const { random } = Math;

/** A client, a server and a clock of one test. Chance is even: each jittered delay is half of its ceiling. */
export function world(t, options = {}) {
  const clock = new FakeClock();
  const server = new FakeServer();
  const chance = value => (Math.random = () => value);
  chance(0.5);
  const hub = new GoHub('ws://hub.test/ws', { WebSocket: server.WebSocket, ...options });
  const changes = [];
  hub.onState(change => changes.push(change));
  t.after(async () => {
    await hub.stop();
    clock.restore();
    Math.random = random;
  });
  return {
    clock,
    server,
    hub,
    changes,
    /** Every random number from now on. */
    chance,
    /** The states so far. */
    get states() {
      return changes.map(change => change.state);
    },
  };
}

/** A world whose client is connected. */
export async function connected(t, options) {
  const all = world(t, options);
  await rest();
  all.server.last.accept();
  await rest();
  return all;
}

/** Fails the connection and brings the client to the next attempt. */
export async function reconnect({ server, clock, changes }, code = 1006) {
  server.last.end(code);
  await clock.advance(changes.at(-1).delay);
}

/** A JWT that expires `seconds` from now; nothing signs it. */
export function jwt(seconds, claims = {}) {
  const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [part({ alg: 'HS256' }), part({ sub: 'ada', exp: Date.now() / 1000 + seconds, ...claims }), 'c2lnbmF0dXJl'].join('.');
}

export { rest };
