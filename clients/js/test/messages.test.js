import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connected, reconnect, rest, world } from '../fakes/world.js';

/** What the client reports instead of throwing. */
function reports(t) {
  const seen = [];
  if (globalThis.reportError) t.mock.method(globalThis, 'reportError', error => seen.push(error));
  else t.mock.method(console, 'error', error => seen.push(error));
  return seen;
}

describe('messages of the server', () => {
  test('reach the handlers of their type, with the whole message', async t => {
    const { hub, server } = await connected(t);
    const heard = [];
    hub.on('order.placed', (data, message) => heard.push([data, message.client_id]));
    server.last.say('order.placed', { id: 7 }, { client_id: 'c-9' });
    server.last.say('order.paid', { id: 7 });
    assert.deepEqual(heard, [[{ id: 7 }, 'c-9']]);
  });

  test('reach nobody who has unsubscribed', async t => {
    const { hub, server } = await connected(t);
    const heard = [];
    const hear = data => heard.push(data);
    const off = hub.on('n', hear);
    hub.on('n', hear);
    server.last.say('n', 1);
    off();
    off();
    server.last.say('n', 2);
    assert.deepEqual(heard, [1, 1, 2]);
  });

  test('reach handlers over reconnects and stops', async t => {
    const all = await connected(t);
    const heard = [];
    all.hub.on('n', data => heard.push(data));
    await reconnect(all);
    all.server.last.accept();
    all.server.last.say('n', 1);
    await all.hub.stop();
    all.hub.start();
    await rest();
    all.server.last.accept();
    all.server.last.say('n', 2);
    assert.deepEqual(heard, [1, 2]);
  });

  test('reach the others where a handler throws; what it threw is reported', async t => {
    const seen = reports(t);
    const { hub, server } = await connected(t);
    const heard = [];
    const problem = new Error('mine');
    hub.on('n', () => {
      throw problem;
    });
    hub.on('n', data => heard.push(data));
    server.last.say('n', 1);
    server.last.say('n', 2);
    assert.deepEqual(heard, [1, 2]);
    assert.deepEqual(seen, [problem, problem]);
  });

  test('with the id of another’s request reach handlers', async t => {
    const { hub, server } = await connected(t);
    const heard = [];
    hub.on('n', data => heard.push(data));
    for (const id of ['abc', -1, 0, 5, 1.5, null]) server.last.say('n', id, { request_id: id });
    assert.deepEqual(heard, ['abc', -1, 0, 5, 1.5, null]);
  });

  test('that cannot be read are reported and hurt nobody', async t => {
    const seen = reports(t);
    const { hub, server } = await connected(t);
    const heard = [];
    hub.on('n', data => heard.push(data));
    for (const text of ['', 'oops', 'null', '{"message_type":"welcome"}', '{"message_type":"error","data":null,"request_id":1}', '5', '[]', '{}']) server.last.text(text);
    server.last.say('n', 1);
    assert.deepEqual(heard, [1]);
    assert.equal(hub.state, 'connected');
    assert.ok(seen.length >= 4);
  });

  test('named like what every object has are messages as others', async t => {
    const { hub, server } = await connected(t);
    const heard = [];
    hub.on('__proto__', data => heard.push(data));
    server.last.say('constructor', 1);
    server.last.say('toString', 1);
    server.last.say('__proto__', 2);
    assert.deepEqual(heard, [2]);
  });
});

describe('a state handler', () => {
  test('that throws hurts nobody', async t => {
    const seen = reports(t);
    const { hub, server } = world(t);
    hub.onState(() => {
      throw new Error('mine');
    });
    const states = [];
    hub.onState(({ state }) => states.push(state));
    await rest();
    server.last.accept();
    assert.deepEqual(states, ['connecting', 'connected']);
    assert.equal(seen.length, 2);
  });

  test('hears nothing after unsubscribing', async t => {
    const { hub, server } = await connected(t);
    const off = hub.onState(() => assert.fail('heard'));
    off();
    server.last.end();
    assert.equal(hub.state, 'waiting');
  });
});

describe('bytes', () => {
  test('are sent as they are', async t => {
    const { hub, server } = await connected(t);
    hub.sendBinary(Uint8Array.of(0, 255, 7));
    assert.deepEqual([...server.last.frames[0]], [0, 255, 7]);
  });

  test('are asked for as such, and reach their handlers', async t => {
    const { hub, server } = await connected(t);
    const heard = [];
    const off = hub.onBinary(bytes => heard.push(bytes));
    assert.equal(server.last.binaryType, 'arraybuffer');
    server.last.bytes(1, 2, 3);
    off();
    server.last.bytes(4);
    assert.deepEqual(heard, [Uint8Array.of(1, 2, 3)]);
  });

  test('may come first', async t => {
    const { hub, server } = world(t);
    await rest();
    server.last.readyState = 1;
    server.last.bytes(1);
    assert.equal(hub.state, 'connected');
  });
});

describe('who this client is', () => {
  test('is known when the state is connected, and unknown when it is not', async t => {
    const { hub, server } = world(t);
    const known = [];
    hub.onState(({ state }) => known.push([state, hub.clientId, hub.userId]));
    await rest();
    server.last.accept({ client_id: 'c-7', user_id: 'ada' });
    server.last.end();
    assert.deepEqual(known, [
      ['connecting', undefined, undefined],
      ['connected', 'c-7', 'ada'],
      ['waiting', undefined, undefined],
    ]);
  });

  test('follows a sign-in by hand', async t => {
    const { hub, server } = await connected(t);
    assert.equal(hub.userId, undefined);
    const answer = hub.request('auth', { token: 'a.b.c' });
    server.last.answer('auth_ok', { user_id: 'ada', expires_in: 60 });
    await answer;
    assert.equal(hub.userId, 'ada');
  });

  test('is asked for by the protocol offered', async t => {
    const { server } = await connected(t);
    assert.deepEqual(server.last.protocols, ['gohub.v1']);
    assert.equal(server.last.url, 'ws://hub.test/ws');
  });
});
