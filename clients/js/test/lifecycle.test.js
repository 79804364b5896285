import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ErrorCode, GoHubError } from '../dist/gohub.js';
import { connected, rest, world } from '../fakes/world.js';

const stopped = { name: 'GoHubError', code: ErrorCode.Stopped };

describe('start', () => {
  test('comes by itself, once the code that made the client has run', async t => {
    const { hub, server } = world(t);
    assert.equal(hub.state, 'idle');
    await rest();
    assert.equal(hub.state, 'connecting');
    assert.equal(server.opened, 1);
  });

  test('does not come by itself with autoStart: false', async t => {
    const { hub, server, clock } = world(t, { autoStart: false });
    await clock.advance(60_000);
    assert.equal(hub.state, 'idle');
    assert.equal(server.opened, 0);
    assert.equal(clock.made, 0);
  });

  test('tells each state', async t => {
    const all = await connected(t);
    assert.deepEqual(all.states, ['connecting', 'connected']);
    all.server.last.end();
    await all.clock.advance(250);
    assert.deepEqual(all.states, ['connecting', 'connected', 'waiting', 'connecting']);
  });

  test('resolves at the first connection, however many attempts that takes', async t => {
    const { hub, server, clock } = world(t, { autoStart: false });
    const start = hub.start();
    await rest();
    server.last.fail();
    await clock.advance(250);
    server.last.fail();
    await clock.advance(500);
    server.last.accept();
    await start;
    assert.equal(hub.state, 'connected');
  });

  test('of one that is connected resolves at once', async t => {
    const { hub, server } = await connected(t);
    await hub.start();
    assert.equal(server.opened, 1);
  });

  test('twice makes one connection', async t => {
    const { hub, server } = world(t);
    const both = Promise.all([hub.start(), hub.start()]);
    await rest();
    server.last.accept();
    await both;
    assert.equal(server.opened, 1);
  });

  test('rejects when it is stopped', async t => {
    const { hub } = world(t, { autoStart: false });
    const start = hub.start();
    hub.stop();
    await assert.rejects(start, stopped);
  });

  test('rejects when the server closes for good, and says why', async t => {
    const { hub, server } = world(t, { autoStart: false });
    const start = hub.start();
    await rest();
    server.last.end(4403, 'banned');
    await assert.rejects(start, { ...stopped, message: /4403 banned/ });
  });

  test('that nobody waits for may fail unseen', async t => {
    const unseen = [];
    const see = error => unseen.push(error);
    process.on('unhandledRejection', see);
    t.after(() => process.off('unhandledRejection', see));
    const { hub } = world(t, { autoStart: false });
    hub.start();
    await hub.stop();
    await rest();
    assert.deepEqual(unseen, []);
  });

  test('may follow a stop', async t => {
    const { hub, server } = await connected(t);
    await hub.stop();
    const start = hub.start();
    await rest();
    server.last.accept({ client_id: 'c-2' });
    await start;
    assert.equal(hub.clientId, 'c-2');
    assert.equal(server.opened, 2);
  });

  test('may follow a close for good', async t => {
    const { hub, server } = await connected(t);
    server.last.end(4403);
    hub.start();
    await rest();
    server.last.accept();
    assert.equal(hub.state, 'connected');
  });

  test('may come from the handler that hears of the stop', async t => {
    const { hub, server, clock } = await connected(t);
    const off = hub.onState(({ state }) => {
      if (state === 'stopped') hub.start();
    });
    server.last.end(4403);
    off();
    await rest();
    server.last.accept();
    assert.equal(hub.state, 'connected');
    await clock.advance(60_000);
  });
});

describe('stop', () => {
  test('of one never started', async t => {
    const { hub, server, clock } = world(t, { autoStart: false });
    await hub.stop();
    assert.equal(hub.state, 'stopped');
    assert.equal(server.opened, 0);
    assert.equal(clock.running, 0);
  });

  test('before it starts by itself', async t => {
    const { hub, server } = world(t);
    await hub.stop();
    await rest();
    assert.equal(server.opened, 0);
  });

  test('while the token is being fetched', async t => {
    let bring;
    const { hub, server } = world(t, { token: () => new Promise(resolve => (bring = resolve)) });
    await rest();
    await hub.stop();
    bring('a.b.c');
    await rest();
    assert.equal(server.opened, 0);
    assert.equal(hub.state, 'stopped');
  });

  test('while connecting', async t => {
    const { hub, server, clock } = world(t);
    await rest();
    await hub.stop();
    assert.equal(server.last.readyState, 3);
    await clock.advance(60_000);
    assert.equal(server.opened, 1);
  });

  test('while connected closes with 1000 and resolves when that is done', async t => {
    const { hub, server, clock } = await connected(t);
    const stop = hub.stop();
    assert.equal(hub.state, 'stopped');
    assert.equal(server.last.closedWith, 1000);
    assert.equal(server.last.readyState, 2);
    await stop;
    assert.equal(server.last.readyState, 3);
    assert.equal(clock.running, 0);
  });

  test('while waiting', async t => {
    const { hub, server, clock } = await connected(t);
    server.last.end();
    await hub.stop();
    assert.equal(clock.running, 0);
    await clock.advance(60_000);
    assert.equal(server.opened, 1);
  });

  test('twice tells once', async t => {
    const all = await connected(t);
    await Promise.all([all.hub.stop(), all.hub.stop()]);
    await all.hub.stop();
    assert.deepEqual(all.states, ['connecting', 'connected', 'stopped']);
  });

  test('may come from a handler of any state', async t => {
    for (const state of ['connecting', 'connected', 'waiting']) {
      await t.test(state, async inner => {
        const { hub, server, clock } = world(inner);
        hub.onState(change => change.state === state && hub.stop());
        await rest();
        if (state !== 'connecting') {
          server.last.accept();
          if (state === 'waiting') server.last.end();
        }
        await clock.advance(60_000);
        assert.equal(hub.state, 'stopped');
        assert.equal(clock.running, 0);
          });
    }
  });

  test('fails what is asked and what is waiting, with a typed error', async t => {
    const { hub, server } = await connected(t);
    const asked = hub.request('slow');
    server.last.readyState = 2;
    const waiting = hub.request('later');
    hub.stop();
    await assert.rejects(asked, stopped);
    await assert.rejects(waiting, stopped);
    server.last.end(1000);
  });

  test('is the end of what is sent', async t => {
    const { hub } = await connected(t);
    await hub.stop();
    assert.throws(() => hub.send('news'), error => error instanceof GoHubError && error.code === ErrorCode.Stopped);
    assert.throws(() => hub.sendBinary(new Uint8Array(1)), stopped);
    await assert.rejects(hub.request('news'), stopped);
    await assert.rejects(hub.join('lobby'), stopped);
  });

  test('forgets what waited: it is not sent after the next start', async t => {
    const { hub, server } = world(t);
    hub.send('old');
    await hub.stop();
    hub.start();
    await rest();
    server.last.accept();
    assert.deepEqual(server.last.sent, []);
  });
});
