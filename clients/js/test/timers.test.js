import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connected, rest, world } from '../fakes/world.js';

test('a thousand messages set no timer', async t => {
  const { hub, clock } = await connected(t);
  const before = clock.made;
  for (let i = 0; i < 1_000; i++) hub.send('typing', i);
  assert.equal(clock.made, before);
});

test('a thousand messages of the server set no timer', async t => {
  const { server, clock } = await connected(t);
  const before = clock.made;
  for (let i = 0; i < 1_000; i++) server.last.say('news', i);
  assert.equal(clock.made, before);
});

test('a thousand requests that are answered share one timer', async t => {
  const { hub, server, clock } = await connected(t);
  const before = clock.made;
  for (let i = 0; i < 1_000; i++) {
    const answer = hub.request('echo', i);
    server.last.answer('echo_reply', i);
    await answer;
  }
  assert.ok(clock.made - before <= 1, `${clock.made - before} timers`);
});

test('a thousand requests at once share one timer, and each has its time', async t => {
  const { hub, clock } = await connected(t);
  const before = clock.made;
  const failed = [];
  for (let i = 0; i < 1_000; i++) hub.request('slow', i).catch(error => failed.push(error));
  assert.ok(clock.made - before <= 1, `${clock.made - before} timers`);
  await clock.advance(10_000);
  assert.equal(failed.length, 1_000);
});

test('a busy hour of requests takes two timers every ten seconds', async t => {
  const { hub, server, clock } = await connected(t);
  const before = clock.made;
  for (let second = 0; second < 3_600; second++) {
    const answer = hub.request('echo', second);
    server.last.answer('echo_reply', second);
    await answer;
    await clock.advance(1_000);
  }
  assert.ok(clock.made - before <= 2 * 360, `${clock.made - before} timers in an hour`);
  assert.equal(clock.running, 1);
});

test('waiting, connecting and connected run one timer each', async t => {
  const { server, clock } = world(t);
  await rest();
  assert.equal(clock.running, 1);
  server.last.accept();
  assert.equal(clock.running, 1);
  server.last.end();
  assert.equal(clock.running, 1);
});

test('nothing but one timer is ever used', async t => {
  t.mock.method(globalThis, 'setInterval', () => assert.fail('setInterval'));
  const { hub, clock, server } = await connected(t);
  hub.send('x');
  await clock.advance(60_000);
  assert.ok(server.opened > 1);
});
