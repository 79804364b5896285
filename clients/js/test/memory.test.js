import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fakePage } from '../fakes/page.js';
import { connected, rest } from '../fakes/world.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

async function heap() {
  await rest();
  collect();
  return process.memoryUsage().heapUsed;
}

test('memory, timers and listeners stay flat over 10,000 reconnects', async t => {
  const page = fakePage(t);
  const { hub, server, clock, changes, chance } = await connected(t, { token: () => 'a.b.c' });
  chance(0);
  const joining = hub.join('lobby');
  server.last.answer('room_joined', { room_id: 'lobby' });
  const room = await joining;
  let rejoined = 0;
  room.on('rejoined', () => rejoined++);

  async function again(times) {
    for (let i = 0; i < times; i++) {
      hub.request('lost').catch(() => undefined);
      server.last.end();
      hub.send('waited', i);
      server.sockets.length = changes.length = 0;
      await clock.advance(0);
      server.last.accept();
      server.last.answer('room_joined', { room_id: 'lobby' }, server.last.sent[0]);
    }
    await rest();
  }

  await again(1_000);
  const before = await heap();
  await again(10_000);
  const grown = (await heap()) - before;
  assert.equal(rejoined, 11_000);
  assert.equal(hub.state, 'connected');
  assert.equal(page.listeners, 2);
  assert.equal(clock.running, 1);
  assert.ok(grown < 500_000, `the heap grew by ${grown} bytes`);
});

test('handlers that come and go leave nothing', async t => {
  const { hub, server } = await connected(t);
  const subscribe = times => {
    for (let i = 0; i < times; i++) hub.on(`type-${i}`, () => assert.fail('heard'))();
  };
  subscribe(10_000);
  const before = await heap();
  for (let round = 0; round < 10; round++) subscribe(10_000);
  const grown = (await heap()) - before;
  assert.ok(grown < 500_000, `the heap grew by ${grown} bytes`);
  server.last.say('type-1');
});

test('starts and stops leave nothing', async t => {
  const page = fakePage(t);
  const { hub, server, clock, changes } = await connected(t);
  const cycle = async times => {
    for (let i = 0; i < times; i++) {
      await hub.stop();
      hub.start();
      await rest();
      server.last.accept();
      server.sockets.splice(0, server.sockets.length - 1);
      changes.length = 0;
    }
  };
  await cycle(200);
  const before = await heap();
  await cycle(2_000);
  const grown = (await heap()) - before;
  assert.equal(page.listeners, 2);
  assert.equal(clock.running, 1);
  assert.ok(grown < 500_000, `the heap grew by ${grown} bytes`);
});
