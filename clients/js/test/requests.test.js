import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ErrorCode, GoHubError } from '../dist/gohub.js';
import { connected, reconnect, rest, world } from '../fakes/world.js';

describe('a request', () => {
  test('is an envelope with an id, and resolves with the data of its answer', async t => {
    const { hub, server } = await connected(t);
    const answer = hub.request('hello', { name: 'Ada' });
    assert.deepEqual(server.last.sent, [{ message_id: 1, message_type: 'hello', data: { name: 'Ada' } }]);
    server.last.answer('hello_reply', { text: 'Hello, Ada!' });
    assert.deepEqual(await answer, { text: 'Hello, Ada!' });
  });

  test('without data has none', async t => {
    const { hub, server } = await connected(t);
    const answer = hub.request('ping');
    assert.deepEqual(server.last.sent, [{ message_id: 1, message_type: 'ping' }]);
    server.last.answer('pong', null);
    assert.equal(await answer, null);
  });

  test('rejects with the code, message and details of an error answer', async t => {
    const { hub, server } = await connected(t);
    const answer = hub.request('join_room', { room_id: 'nope' });
    server.last.refuse(3000, 'There is no such room.', 'nope');
    await assert.rejects(answer, error => {
      assert.ok(error instanceof GoHubError && error instanceof Error);
      assert.deepEqual([error.name, error.code, error.message, error.details], ['GoHubError', 3000, 'There is no such room.', 'nope']);
      return true;
    });
  });

  test('gets its own answer, in whatever order answers come', async t => {
    const { hub, server } = await connected(t);
    const asked = ['a', 'b', 'c'].map(type => hub.request(type));
    const [a, b, c] = server.last.sent;
    server.last.answer('x', 'for c', c);
    server.last.answer('x', 'for a', a);
    server.last.answer('x', 'for b', b);
    assert.deepEqual(await Promise.all(asked), ['for a', 'for b', 'for c']);
  });

  test('never has the id of another, not after a reconnect either', async t => {
    const all = await connected(t);
    const lost = assert.rejects(all.hub.request('first'));
    await reconnect(all);
    await lost;
    all.server.last.accept();
    const next = all.hub.request('second');
    assert.equal(all.server.last.lastSent.message_id, 2);
    all.server.last.answer('x');
    await next;
  });

  test('is not settled by an error that answers nothing', async t => {
    const { hub, server } = await connected(t);
    const errors = [];
    hub.on('error', data => errors.push(data.code));
    const answer = hub.request('slow');
    server.last.say('error', { code: 3002, message: 'Full.', request_id: 0 });
    server.last.answer('slow_reply', 1);
    assert.equal(await answer, 1);
    assert.deepEqual(errors, [3002]);
  });

  test('rejects for data that is no JSON, and sends nothing', async t => {
    const { hub, server } = await connected(t);
    const circle = {};
    circle.self = circle;
    await assert.rejects(hub.request('x', circle), TypeError);
    assert.deepEqual(server.last.frames, []);
  });
});

describe('an answer that does not come', () => {
  test('fails the request after 10 s', async t => {
    const { hub, clock } = await connected(t);
    let failure;
    hub.request('slow').catch(error => (failure = error));
    await clock.advance(9_999);
    assert.equal(failure, undefined);
    await clock.advance(1);
    assert.deepEqual([failure.name, failure.code], ['GoHubError', ErrorCode.Timeout]);
  });

  test('fails it after the time it was given', async t => {
    const { hub, clock } = await connected(t, { requestTimeout: 3_000 });
    const order = [];
    hub.request('a').catch(() => order.push('default'));
    hub.request('b', null, { timeout: 1_000 }).catch(() => order.push('short'));
    hub.request('c', null, { timeout: 5_000 }).catch(() => order.push('long'));
    await clock.advance(1_000);
    assert.deepEqual(order, ['short']);
    await clock.advance(2_000);
    assert.deepEqual(order, ['short', 'default']);
    await clock.advance(2_000);
    assert.deepEqual(order, ['short', 'default', 'long']);
  });

  test('may be waited for without end', async t => {
    const { hub, server, clock } = await connected(t, { heartbeat: Infinity });
    const answer = hub.request('slow', null, { timeout: Infinity });
    await clock.advance(86_400_000);
    server.last.answer('slow_reply', 1);
    assert.equal(await answer, 1);
  });

  test('and comes too late is nobody else’s', async t => {
    const { hub, server, clock } = await connected(t);
    const heard = [];
    hub.on('slow_reply', data => heard.push(data));
    const failed = assert.rejects(hub.request('slow'));
    await clock.advance(10_000);
    await failed;
    server.last.answer('slow_reply', 1, { message_id: 1 });
    assert.deepEqual(heard, []);
  });

  test('has a time that must be a number', async t => {
    const { hub, server } = await connected(t);
    await assert.rejects(hub.request('x', null, { timeout: '5' }), TypeError);
    await assert.rejects(hub.request('x', null, { timeout: 0 }), RangeError);
    await assert.rejects(hub.request('x', null, { timeout: NaN }), RangeError);
    assert.deepEqual(server.last.frames, []);
  });
});

describe('an aborted request', () => {
  test('rejects with the reason of the signal', async t => {
    const { hub } = await connected(t);
    const abort = new AbortController();
    const answer = hub.request('slow', null, { signal: abort.signal });
    const reason = new Error('changed my mind');
    abort.abort(reason);
    await assert.rejects(answer, error => error === reason);
  });

  test('is not sent where the signal came before', async t => {
    const { hub, server } = await connected(t);
    await assert.rejects(hub.request('x', null, { signal: AbortSignal.abort() }), { name: 'AbortError' });
    assert.deepEqual(server.last.frames, []);
  });

  test('leaves the queue', async t => {
    const { hub, server } = world(t);
    await rest();
    const abort = new AbortController();
    const answer = hub.request('x', null, { signal: abort.signal });
    abort.abort();
    await assert.rejects(answer, { name: 'AbortError' });
    server.last.accept();
    assert.deepEqual(server.last.frames, []);
  });

  test('and a settled one leave nothing at the signal', async t => {
    const { hub, server } = await connected(t);
    const { signal } = new AbortController();
    let listeners = 0;
    t.mock.method(signal, 'addEventListener', () => listeners++);
    t.mock.method(signal, 'removeEventListener', () => listeners--);
    const answer = hub.request('x', null, { signal });
    assert.equal(listeners, 1);
    server.last.answer('x_reply');
    await answer;
    assert.equal(listeners, 0);
  });
});

describe('a connection that drops', () => {
  test('fails what was asked at once, and says that the outcome is unknown', async t => {
    const { hub, server } = await connected(t);
    const answer = hub.request('pay', { amount: 1 });
    server.last.end();
    await assert.rejects(answer, { name: 'GoHubError', code: ErrorCode.ConnectionLost, message: /unknown/ });
  });

  test('never has it sent again', async t => {
    const all = await connected(t);
    const failed = assert.rejects(all.hub.request('pay'));
    await reconnect(all);
    await failed;
    all.server.last.accept();
    assert.deepEqual(all.server.last.sent, []);
  });

  test('for good fails what was asked with the same error', async t => {
    const { hub, server } = await connected(t);
    const answer = hub.request('pay');
    server.last.end(4403);
    await assert.rejects(answer, { code: ErrorCode.ConnectionLost });
  });

  test('fails what waited and was just sent', async t => {
    const { hub, server } = world(t);
    await rest();
    const answer = hub.request('pay');
    server.last.accept();
    assert.equal(server.last.lastSent.message_type, 'pay');
    server.last.end();
    await assert.rejects(answer, { code: ErrorCode.ConnectionLost });
  });
});
