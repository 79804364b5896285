import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import WebSocket from 'ws';
import { GoHub } from '../dist/gohub.js';
import { startServer } from '../fakes/ws-server.js';

// Real sockets, a real server, and real time.

const sockets = [['of the npm package ws', WebSocket]];
if (globalThis.WebSocket) sockets.push(['of the platform', globalThis.WebSocket]);

const change = (hub, state) => new Promise(resolve => {
  const off = hub.onState(about => {
    if (about.state !== state) return;
    off();
    resolve(about);
  });
});

for (const [whose, WebSocket] of sockets) {
  const client = (t, url, options) => {
    const hub = new GoHub(url, { WebSocket, ...options });
    t.after(() => hub.stop());
    return hub;
  };

  test(`WebSocket ${whose}: a request is answered, bytes come back, a token is offered`, async t => {
    const { url, offered } = await startServer(t);
    const hub = client(t, url, { token: 'a.b.c' });
    assert.deepEqual(await hub.request('echo', { text: 'hi' }), { text: 'hi' });
    assert.match(offered[0], /^gohub.v1, ?gohub.token.a.b.c$/);
    const heard = new Promise(resolve => hub.onBinary(resolve));
    hub.sendBinary(Uint8Array.of(1, 2, 3));
    assert.deepEqual([...(await heard)], [1, 2, 3]);
  });

  test(`WebSocket ${whose}: a message in one piece with the answer to a join is heard in the room`, async t => {
    const { url } = await startServer(t);
    const hub = client(t, url);
    const room = await hub.join('lobby');
    const data = await new Promise(resolve => room.on('room_message', resolve));
    assert.deepEqual(data.content, { text: 'welcome' });
  });

  test(`WebSocket ${whose}: a lost connection comes back, into its room, and then what waited is sent`, async t => {
    const { url } = await startServer(t);
    const hub = client(t, url, { reconnect: { base: 1, max: 1 } });
    const room = await hub.join('lobby');
    const rejoined = new Promise(resolve => room.on('rejoined', resolve));
    const waiting = change(hub, 'waiting');
    hub.send('drop', { code: 4508 });
    assert.equal((await waiting).code, 4508);
    const answer = hub.request('echo', 1);
    await rejoined;
    assert.equal(await answer, 1);
    assert.equal(hub.clientId, 'c-2');
  });

  test(`WebSocket ${whose}: a server that is not there is an error in the state`, async t => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => closed.on('listening', resolve));
    const { port } = closed.address();
    closed.close();
    const hub = client(t, `ws://127.0.0.1:${port}/ws`);
    const { code, error, delay } = await change(hub, 'waiting');
    assert.equal(code, 1006);
    assert.ok(error instanceof Error);
    assert.ok(delay >= 0 && delay <= 500);
  });

  test(`WebSocket ${whose}: a refused upgrade is an error in the state`, async t => {
    const { url } = await startServer(t, { verifyClient: (info, done) => done(false, 503) });
    const { error } = await change(client(t, url), 'waiting');
    assert.ok(error instanceof Error);
  });

  test(`WebSocket ${whose}: a stop while connecting is quiet`, async t => {
    const silent = createServer().on('upgrade', () => undefined).listen(0, '127.0.0.1');
    await new Promise(resolve => silent.on('listening', resolve));
    t.after(() => {
      silent.close();
      silent.closeAllConnections();
    });
    const hub = client(t, `ws://127.0.0.1:${silent.address().port}/ws`);
    await change(hub, 'connecting');
    await new Promise(setImmediate);
    await hub.stop();
    assert.equal(hub.state, 'stopped');
  });

  test(`WebSocket ${whose}: a stop closes with 1000`, async t => {
    const { url, server } = await startServer(t);
    const hub = client(t, url);
    await hub.start();
    const code = new Promise(resolve => [...server.clients][0].on('close', resolve));
    await hub.stop();
    assert.equal(await code, 1000);
  });
}
