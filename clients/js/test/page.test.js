import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fakePage } from '../fakes/page.js';
import { connected } from '../fakes/world.js';

const pings = socket => socket.sent.filter(message => message.message_type === 'ping').length;

describe('in a page', () => {
  test('that comes online a waiting client connects at once', async t => {
    const page = fakePage(t);
    const { server, clock } = await connected(t);
    server.last.end();
    page.online();
    await clock.advance(0);
    assert.equal(server.opened, 2);
    await clock.advance(20_000);
    assert.equal(server.opened, 2);
  });

  test('that comes into sight a waiting client connects at once', async t => {
    const page = fakePage(t);
    const { server, clock } = await connected(t);
    server.last.end();
    page.show('hidden');
    await clock.advance(0);
    assert.equal(server.opened, 1);
    page.show('visible');
    await clock.advance(0);
    assert.equal(server.opened, 2);
  });

  for (const [what, wake] of [['comes online', page => page.online()], ['comes into sight', page => page.show('visible')]]) {
    test(`that ${what} a connected client looks whether it is`, async t => {
      const page = fakePage(t);
      const { server, clock, changes } = await connected(t);
      await clock.advance(1_000);
      wake(page);
      assert.equal(pings(server.last), 1);
      await clock.advance(9_999);
      assert.equal(changes.at(-1).state, 'connected');
      await clock.advance(1);
      assert.equal(changes.at(-1).reason, 'no answer');
    });
  }

  test('that comes back twice one question is enough, and has its time', async t => {
    const page = fakePage(t);
    const { server, clock, changes } = await connected(t);
    page.online();
    await clock.advance(9_000);
    page.show('visible');
    assert.equal(pings(server.last), 1);
    await clock.advance(1_000);
    assert.equal(changes.at(-1).reason, 'no answer');
  });

  test('that says it is offline nothing happens: that may be wrong', async t => {
    const page = fakePage(t);
    const { hub, server } = await connected(t);
    page.offline();
    assert.equal(hub.state, 'connected');
    assert.deepEqual(server.last.frames, []);
  });

  test('a stopped client hears nothing and leaves nothing', async t => {
    const page = fakePage(t);
    const { hub, server, clock } = await connected(t);
    assert.equal(page.listeners, 2);
    await hub.stop();
    assert.equal(page.listeners, 0);
    page.online();
    await clock.advance(60_000);
    assert.equal(server.opened, 1);
  });

  test('a client stopped for good leaves nothing, one that starts again listens again', async t => {
    const page = fakePage(t);
    const { hub, server } = await connected(t);
    server.last.end(4403);
    assert.equal(page.listeners, 0);
    hub.start();
    assert.equal(page.listeners, 2);
  });

  test('a relative url is the page’s', async t => {
    const { GoHub } = await import('../dist/gohub.js');
    t.after(() => delete globalThis.location);
    const WebSocket = class {};
    for (const [href, url, expected] of [
      ['https://example.com/app/#part', '/ws', 'wss://example.com/ws'],
      ['http://localhost:8080/app/', 'ws', 'ws://localhost:8080/app/ws'],
      ['http://localhost:8080/', 'wss://other.test/ws?x=1', 'wss://other.test/ws?x=1'],
    ]) {
      globalThis.location = { href };
      assert.equal(new GoHub(url, { autoStart: false, WebSocket }).url, expected);
    }
  });
});
