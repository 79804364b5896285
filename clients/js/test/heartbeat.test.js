import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connected, rest } from '../fakes/world.js';

const pings = socket => socket.sent.filter(message => message.message_type === 'ping').length;

describe('a silent server', () => {
  test('is pinged after 25 s', async t => {
    const { server, clock } = await connected(t);
    await clock.advance(24_999);
    assert.equal(pings(server.last), 0);
    await clock.advance(1);
    assert.deepEqual(server.last.sent, [{ message_type: 'ping' }]);
  });

  test('is given up 10 s later', async t => {
    const { server, clock, changes } = await connected(t);
    await clock.advance(34_999);
    assert.equal(changes.at(-1).state, 'connected');
    await clock.advance(1);
    assert.deepEqual(changes.at(-1), { state: 'waiting', delay: 250, reason: 'no answer', error: undefined });
    await clock.advance(250);
    assert.equal(server.opened, 2);
  });

  test('that answers is pinged 25 s after the answer', async t => {
    const { server, clock } = await connected(t);
    await clock.advance(27_000);
    server.last.say('pong', {});
    await clock.advance(24_999);
    assert.equal(pings(server.last), 1);
    await clock.advance(1);
    assert.equal(pings(server.last), 2);
    assert.equal(server.opened, 1);
  });

  test('that says anything at all is heard', async t => {
    const { server, clock } = await connected(t);
    for (let i = 0; i < 10; i++) {
      await clock.advance(20_000);
      if (i % 2) server.last.say('news', i);
      else server.last.bytes(i);
    }
    assert.equal(pings(server.last), 0);
    assert.equal(server.opened, 1);
  });

  test('is not heard in what this client sends', async t => {
    const { hub, clock, changes } = await connected(t);
    for (let i = 0; i < 7; i++) {
      await clock.advance(5_000);
      hub.send('typing');
    }
    assert.equal(changes.at(-1).reason, 'no answer');
  });

  test('is judged by the options', async t => {
    const { server, clock, changes } = await connected(t, { heartbeat: 100, heartbeatTimeout: 50 });
    await clock.advance(100);
    assert.equal(pings(server.last), 1);
    await clock.advance(50);
    assert.equal(changes.at(-1).reason, 'no answer');
  });

  test('is not judged by a wall clock that is set', async t => {
    const { server, clock } = await connected(t);
    clock.setWall(86_400_000);
    await clock.advance(20_000);
    assert.equal(pings(server.last), 0);
    clock.setWall(-172_800_000);
    await clock.advance(5_000);
    assert.equal(pings(server.last), 1);
    server.last.say('pong');
    await rest();
  });
});
