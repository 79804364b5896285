import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ErrorCode } from '../dist/gohub.js';
import { connected, rest, world } from '../fakes/world.js';

const types = socket => socket.sent.map(message => message.message_type);
const full = { name: 'GoHubError', code: ErrorCode.Refused, details: 'full' };

describe('while not connected', () => {
  test('messages are kept in order and sent after the welcome', async t => {
    const { hub, server } = world(t);
    hub.send('one');
    await rest();
    hub.send('two', { n: 2 });
    const three = hub.request('three');
    hub.send('four');
    server.last.readyState = 1;
    assert.deepEqual(server.last.frames, []);
    server.last.accept();
    assert.deepEqual(types(server.last), ['one', 'two', 'three', 'four']);
    server.last.answer('three_reply', 3, server.last.sent[2]);
    assert.equal(await three, 3);
  });

  test('messages are kept before the first start too', async t => {
    const { hub, server } = world(t, { autoStart: false });
    hub.send('early');
    hub.start();
    await rest();
    server.last.accept();
    assert.deepEqual(types(server.last), ['early']);
  });

  test('messages and bytes are kept in one order', async t => {
    const { hub, server } = world(t);
    await rest();
    const bytes = Uint8Array.of(1, 2);
    hub.send('before');
    hub.sendBinary(bytes);
    bytes[0] = 9; // its owner goes on using it
    hub.send('after');
    server.last.accept();
    const [before, between, after] = server.last.frames;
    assert.equal(JSON.parse(before).message_type, 'before');
    assert.deepEqual([...between], [1, 2]);
    assert.equal(JSON.parse(after).message_type, 'after');
  });

  test('what is sent by who hears of the connection comes behind what waited', async t => {
    const { hub, server } = world(t);
    hub.onState(({ state }) => state === 'connected' && hub.send('fresh'));
    hub.send('waited');
    await rest();
    server.last.accept();
    assert.deepEqual(types(server.last), ['waited', 'fresh']);
  });

  test('a socket that is closing already counts as none', async t => {
    const { hub, server, clock } = await connected(t);
    server.last.readyState = 2;
    hub.send('kept');
    server.last.end();
    await clock.advance(250);
    server.last.accept();
    assert.deepEqual(types(server.last), ['kept']);
  });

  test('what waited is sent once', async t => {
    const { hub, server, clock } = world(t);
    hub.send('once');
    await rest();
    server.last.accept();
    server.last.end();
    await clock.advance(250);
    server.last.accept();
    assert.deepEqual(types(server.last), []);
  });

  test('a hundred messages are kept, the next is refused', async t => {
    const { hub, server } = world(t);
    for (let i = 0; i < 100; i++) hub.send('kept', i);
    assert.throws(() => hub.send('too many'), full);
    assert.throws(() => hub.sendBinary(Uint8Array.of(1)), full);
    await assert.rejects(hub.request('too many'), full);
    await rest();
    server.last.accept();
    assert.equal(server.last.frames.length, 100);
  });

  test('262,144 bytes are kept, counted as UTF-8', async t => {
    const { hub } = world(t);
    const around = JSON.stringify({ message_type: 't', data: '' }).length;
    hub.send('t', 'ü'.repeat((262_144 - around) / 2));
    assert.throws(() => hub.sendBinary(Uint8Array.of(1)), full);
    await rest();
  });

  test('the bounds are options', async t => {
    const { hub } = world(t, { maxQueued: 2, maxQueuedBytes: 10 });
    hub.sendBinary(new Uint8Array(10));
    assert.throws(() => hub.sendBinary(new Uint8Array(1)), full);
    hub.sendBinary(new Uint8Array(0));
    assert.throws(() => hub.sendBinary(new Uint8Array(0)), full);
    await rest();
  });

  test('what was sent leaves room for the next time', async t => {
    const { hub, server, clock } = world(t, { maxQueuedBytes: 10 });
    hub.sendBinary(new Uint8Array(10));
    await rest();
    server.last.accept();
    server.last.end();
    hub.sendBinary(new Uint8Array(10));
    await clock.advance(250);
    server.last.accept();
    assert.equal(server.last.frames.length, 1);
  });

  test('a request that waits has its time too, and leaves the queue with it', async t => {
    const { hub, server, clock } = world(t, { heartbeat: 60_000, maxQueued: 1 });
    await rest();
    const failed = assert.rejects(hub.request('x', null, { timeout: 1_000 }), { code: ErrorCode.Timeout });
    await clock.advance(1_000);
    await failed;
    hub.send('fits again');
    server.last.accept();
    assert.deepEqual(types(server.last), ['fits again']);
  });

  test('a request that waits lives through failed attempts', async t => {
    const { hub, server, clock } = world(t);
    await rest();
    const answer = hub.request('x');
    server.last.fail();
    await clock.advance(250);
    server.last.accept();
    server.last.answer('x_reply', 1);
    assert.equal(await answer, 1);
  });

  test('everything is refused at once by choice', async t => {
    const { hub, server } = world(t, { whileOffline: 'refuse' });
    const refused = { name: 'GoHubError', code: ErrorCode.Refused, details: 'offline' };
    await rest();
    assert.throws(() => hub.send('x'), refused);
    assert.throws(() => hub.sendBinary(new Uint8Array(1)), refused);
    await assert.rejects(hub.request('x'), refused);
    await assert.rejects(hub.join('lobby'), refused);
    server.last.accept();
    hub.send('now');
    assert.deepEqual(types(server.last), ['now']);
  });
});
