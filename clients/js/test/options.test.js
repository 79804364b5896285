import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GoHub } from '../dist/gohub.js';

const WebSocket = class {};
const make = (options, url = 'ws://hub.test/ws') => new GoHub(url, { autoStart: false, WebSocket, ...options });

describe('the url', () => {
  for (const [given, expected] of [
    ['ws://hub.test/ws', 'ws://hub.test/ws'],
    ['http://hub.test/ws', 'ws://hub.test/ws'],
    ['https://hub.test:8443/ws?a=b', 'wss://hub.test:8443/ws?a=b'],
    [new URL('wss://hub.test/ws#top'), 'wss://hub.test/ws'],
  ]) {
    test(`${given} is ${expected}`, () => assert.equal(make({}, given).url, expected));
  }

  for (const given of ['/ws', '', 'gopher://hub.test', 'file:///ws', null]) {
    test(`${given} throws and says what to write`, () => assert.throws(() => make({}, given), { name: 'TypeError', message: /^The url must/ }));
  }
});

describe('an option', () => {
  const wrong = [
    [{ requestTimeout: '10' }, TypeError, /requestTimeout must be a number/],
    [{ requestTimeout: 0 }, RangeError, /requestTimeout must be 1 or more; it is 0/],
    [{ heartbeat: -1 }, RangeError, /heartbeat must be/],
    [{ heartbeatTimeout: NaN }, RangeError, /heartbeatTimeout must be/],
    [{ reconnect: { base: 0 } }, RangeError, /base must be/],
    [{ reconnect: { max: null } }, TypeError, /max must be/],
    [{ maxQueued: -1 }, RangeError, /maxQueued must be 0 or more/],
    [{ maxQueuedBytes: 'many' }, TypeError, /maxQueuedBytes must be/],
    [{ refreshBefore: -5 }, RangeError, /refreshBefore must be/],
    [{ whileOffline: 'drop' }, TypeError, /'queue' or 'refuse'/],
    [{ token: 5 }, TypeError, /token must be a JWT/],
    [{ token: 'two words' }, TypeError, /token must be a JWT/],
    [{ WebSocket: null }, TypeError, /npm package ws/],
    [{ retries: 3 }, TypeError, /no option retries/],
  ];
  for (const [options, type, message] of wrong) {
    test(`as in ${JSON.stringify(options)} throws a ${type.name}`, () => assert.throws(() => make(options), error => error instanceof type && message.test(error.message)));
  }

  test('that is undefined is as if it were not given', () => {
    const all = ['token', 'requestTimeout', 'heartbeat', 'heartbeatTimeout', 'reconnect', 'whileOffline', 'maxQueued', 'maxQueuedBytes', 'refreshBefore'];
    make(Object.fromEntries(all.map(name => [name, undefined])));
  });

  test('may be at its bounds', () => {
    make({ requestTimeout: 1, heartbeat: Infinity, heartbeatTimeout: 1, maxQueued: 0, maxQueuedBytes: 0, refreshBefore: 0, token: '' });
  });

  test('WebSocket is needed only where the platform has none', t => {
    const before = globalThis.WebSocket;
    t.after(() => (globalThis.WebSocket = before));
    globalThis.WebSocket = undefined;
    assert.throws(() => new GoHub('ws://hub.test/ws'), /npm package ws/);
    globalThis.WebSocket = class {};
    new GoHub('ws://hub.test/ws', { autoStart: false });
  });
});
