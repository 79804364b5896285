import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connected, reconnect, rest, world } from '../fakes/world.js';

describe('the way back', () => {
  test('the ceiling of the wait doubles up to its maximum', async t => {
    const { server, changes, clock } = world(t, { reconnect: { base: 1_000, max: 10_000 } });
    await rest();
    for (let attempt = 0; attempt < 7; attempt++) {
      server.last.fail();
      await clock.advance(10_000);
    }
    const delays = changes.filter(change => change.state === 'waiting').map(change => change.delay);
    assert.deepEqual(delays, [500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
  });

  test('the wait is anything from nothing to its ceiling', async t => {
    const { server, changes, clock, chance } = world(t);
    await rest();
    for (const value of [0, 0.999_999]) {
      chance(value);
      server.last.fail();
      await clock.advance(1_000);
    }
    assert.deepEqual(changes.filter(change => change.state === 'waiting').map(change => change.delay), [0, 999]);
  });

  test('it never gives up, not even on the first connection', async t => {
    const { server, clock, hub } = world(t);
    await rest();
    for (let attempt = 0; attempt < 2_000; attempt++) {
      server.last.fail();
      await clock.advance(15_000);
    }
    assert.equal(server.opened, 2_001);
    server.last.accept();
    assert.equal(hub.state, 'connected');
  });

  test('a welcome brings the wait back to its base', async t => {
    const all = await connected(t);
    for (let attempt = 0; attempt < 5; attempt++) await reconnect(all);
    all.server.last.accept();
    all.server.last.end(1011);
    assert.equal(all.changes.at(-1).delay, 250);
  });

  test('any first message counts as a welcome', async t => {
    const { hub, server } = world(t);
    await rest();
    server.last.readyState = 1;
    server.last.say('news', 1);
    assert.equal(hub.state, 'connected');
  });

  test('an upgrade alone does not bring the wait back', async t => {
    const all = await connected(t);
    await reconnect(all);
    all.server.last.readyState = 1;
    await reconnect(all);
    all.server.last.readyState = 1;
    all.server.last.end(1011);
    assert.equal(all.changes.at(-1).delay, 1_000);
  });

  test('a failed attempt tells what is known', async t => {
    const { server, changes } = world(t);
    await rest();
    const error = new Error('connect ECONNREFUSED');
    server.last.fail(error);
    assert.deepEqual(changes.at(-1), { state: 'waiting', delay: 250, code: 1006, reason: undefined, error });
  });

  test('an attempt that fails without a close, as in Node 22, is a failed attempt', async t => {
    const { server, changes, clock } = world(t);
    await rest();
    const error = new Error('non-101 status code');
    server.last.onerror({ error });
    assert.deepEqual(changes.at(-1), { state: 'waiting', delay: 250, code: 1006, reason: undefined, error });
    await clock.advance(250);
    assert.equal(server.opened, 2);
  });

  test('a WebSocket that cannot be made is a failed attempt', async t => {
    const { server, changes, clock } = world(t);
    server.refusal = new Error('insecure');
    await rest();
    assert.equal(changes.at(-1).state, 'waiting');
    assert.equal(changes.at(-1).error, server.refusal);
    server.refusal = undefined;
    await clock.advance(250);
    assert.equal(server.opened, 1);
  });

  test('an attempt nothing comes of is given up', async t => {
    const { server, changes, clock } = world(t);
    await rest();
    await clock.advance(25_000);
    assert.equal(changes.at(-1).state, 'waiting');
    assert.equal(changes.at(-1).reason, 'no answer');
    assert.equal(server.sockets[0].closedWith, 1000);
  });

  test('what a given up socket still says is not heard', async t => {
    const { hub, server, clock, changes } = await connected(t);
    const heard = [];
    hub.on('late', data => heard.push(data));
    await clock.advance(35_000);
    const [old] = server.sockets;
    const before = changes.length;
    old.say('late', 1);
    old.onclose({ code: 4403, reason: '' });
    assert.deepEqual(heard, []);
    assert.equal(changes.length, before);
  });
});

describe('a node that stops', () => {
  test('says when to come back, and that is when', async t => {
    const { server, changes, clock } = await connected(t);
    server.last.say('reconnect', { reconnect_in: 826, reason: 'restart' });
    server.last.end(1012, 'restart, reconnect in 826 ms');
    assert.equal(changes.at(-1).delay, 826);
    await clock.advance(825);
    assert.equal(server.opened, 1);
    await clock.advance(1);
    assert.equal(server.opened, 2);
  });

  test('is waited for once; then the back-off begins', async t => {
    const { server, changes, clock } = await connected(t);
    server.last.say('reconnect', { reconnect_in: 5_000 });
    server.last.end(1012);
    await clock.advance(5_000);
    server.last.fail();
    assert.equal(changes.at(-1).delay, 250);
    await clock.advance(250);
    server.last.fail();
    assert.equal(changes.at(-1).delay, 500);
  });

  test('may say 0', async t => {
    const { server, changes, clock } = await connected(t);
    server.last.say('reconnect', { reconnect_in: 0 });
    server.last.end(1006);
    assert.equal(changes.at(-1).delay, 0);
    await clock.advance(0);
    assert.equal(server.opened, 2);
  });

  test('is not waited for where the close is for good', async t => {
    const { server, hub } = await connected(t);
    server.last.say('reconnect', { reconnect_in: 100 });
    server.last.end(4403);
    assert.equal(hub.state, 'stopped');
  });

  test('and says nonsense is not understood', async t => {
    const { server, changes } = await connected(t);
    server.last.say('reconnect', { reconnect_in: 'soon' });
    server.last.end(1012);
    assert.equal(changes.at(-1).delay, 250);
  });

  test('is heard of by handlers too', async t => {
    const { hub, server } = await connected(t);
    const heard = [];
    hub.on('reconnect', data => heard.push(data));
    server.last.say('reconnect', { reconnect_in: 1, reason: 'restart' });
    assert.deepEqual(heard, [{ reconnect_in: 1, reason: 'restart' }]);
  });
});
