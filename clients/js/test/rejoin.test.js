import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ErrorCode, GoHubError } from '../dist/gohub.js';
import { comeBack, enter, inLobby, joins, watch } from '../fakes/lobby.js';
import { connected, rest } from '../fakes/world.js';

describe('after a reconnect', () => {
  test('rooms are entered before what waited is sent', async t => {
    const all = await inLobby(t);
    await enter(all, 'team');
    all.server.last.end();
    all.hub.send('waited');
    const said = all.room.send('hi');
    said.catch(() => undefined);
    await all.clock.advance(250);
    all.server.last.accept();
    assert.deepEqual(all.server.last.sent.map(message => [message.message_type, message.data?.room_id]), [
      ['join_room', 'lobby'],
      ['join_room', 'team'],
      ['waited', undefined],
      ['room_message', 'lobby'],
    ]);
  });

  test('the room hears that it was entered again', async t => {
    const all = await inLobby(t);
    const seen = watch(all.room);
    await comeBack(all);
    all.server.last.answer('room_joined', { room_id: 'lobby' });
    await rest();
    assert.deepEqual(seen, [['rejoined']]);
    assert.equal(await all.hub.join('lobby'), all.room);
  });

  test('a room this connection is in already counts as entered', async t => {
    const all = await inLobby(t);
    const seen = watch(all.room);
    await comeBack(all);
    all.server.last.refuse(3004);
    await rest();
    assert.deepEqual(seen, [['rejoined']]);
  });

  for (const code of [1003, 2001, 3000, 3002]) {
    test(`a room that is refused with ${code} is lost`, async t => {
      const all = await inLobby(t);
      const seen = watch(all.room);
      await comeBack(all);
      all.server.last.refuse(code);
      await rest();
      assert.deepEqual(seen, [['lost', code]]);
      await comeBack(all);
      assert.deepEqual(joins(all.server.last), []);
    });
  }

  for (const code of [1005, 1006]) {
    test(`a room that is refused with ${code}, which passes, is asked for again`, async t => {
      const all = await inLobby(t);
      const seen = watch(all.room);
      await comeBack(all);
      for (let attempt = 1; attempt <= 3; attempt++) {
        assert.equal(joins(all.server.last).length, attempt);
        all.server.last.refuse(code);
        await all.clock.advance(250 * 2 ** (attempt - 1));
      }
      all.server.last.answer('room_joined', { room_id: 'lobby' });
      await rest();
      assert.deepEqual(seen, [['rejoined']]);
    });
  }

  test('a room that goes on being refused is lost after the time of a request', async t => {
    const all = await inLobby(t);
    const seen = watch(all.room);
    await comeBack(all);
    for (let second = 0; second < 60 && !seen.length; second++) {
      const { lastSent } = all.server.last;
      if (lastSent.message_type === 'join_room') all.server.last.refuse(1006);
      await all.clock.advance(1_000);
    }
    assert.deepEqual(seen, [['lost', 1006]]);
  });

  test('a room asked for again is not asked for on a connection that has it', async t => {
    const all = await inLobby(t);
    await comeBack(all);
    all.server.last.refuse(1006);
    all.chance(0);
    await rest();
    all.server.last.end();
    await all.clock.advance(0);
    all.server.last.accept();
    all.server.last.answer('room_joined', { room_id: 'lobby' });
    await all.clock.advance(20_000);
    assert.deepEqual(joins(all.server.last), ['lobby']);
  });

  test('a room nobody answers for is lost', async t => {
    const all = await inLobby(t);
    const seen = watch(all.room);
    await comeBack(all);
    await all.clock.advance(10_000);
    assert.deepEqual(seen, [['lost', ErrorCode.Timeout]]);
  });

  test('a drop before the answer loses nothing', async t => {
    const all = await inLobby(t);
    const seen = watch(all.room);
    await comeBack(all);
    await comeBack(all);
    all.server.last.answer('room_joined', { room_id: 'lobby' });
    await rest();
    assert.deepEqual(seen, [['rejoined']]);
  });

  test('a room left meanwhile hears nothing', async t => {
    const all = await inLobby(t);
    const seen = watch(all.room);
    await comeBack(all);
    const [join] = all.server.last.sent;
    const leaving = all.room.leave();
    all.server.last.answer('room_joined', { room_id: 'lobby' }, join);
    all.server.last.answer('room_left', { room_id: 'lobby' });
    await leaving;
    assert.deepEqual(seen, []);
  });

  test('its messages are heard as before, behind the news that it was entered', async t => {
    const all = await inLobby(t);
    const heard = [];
    all.room.on('room_message', data => heard.push(data.content));
    all.room.on('rejoined', () => heard.push('rejoined'));
    await comeBack(all);
    all.server.last.answer('room_joined', { room_id: 'lobby' });
    all.server.last.say('room_message', { room_id: 'lobby', content: 1 });
    await rest();
    all.server.last.say('room_message', { room_id: 'lobby', content: 2 });
    assert.deepEqual(heard, ['rejoined', 1, 2]);
  });

  test('a room that is lost by a stop before the answer hears of it', async t => {
    const all = await inLobby(t);
    const seen = watch(all.room);
    await comeBack(all);
    await all.hub.stop();
    await rest();
    assert.deepEqual(seen, [['lost', ErrorCode.Stopped]]);
  });
});

describe('a room the server takes away', () => {
  for (const [what, type, data, code] of [
    ['by a kick', 'room_left', { status: 'kicked', reason: 'spam' }, 3003],
    ['by an eviction', 'room_left', { status: 'evicted' }, 3003],
    ['by deleting it', 'room_deleted', {}, 3000],
  ]) {
    test(`${what} is heard of, lost and forgotten`, async t => {
      const all = await inLobby(t);
      const seen = watch(all.room);
      all.room.on(type, ({ status }) => seen.push([type, status]));
      all.server.last.say(type, { room_id: 'lobby', ...data });
      assert.deepEqual(seen, [[type, data.status], ['lost', code]]);
      await comeBack(all);
      assert.deepEqual(joins(all.server.last), []);
      assert.notEqual(await enter(all, 'lobby'), all.room);
    });
  }

  test('says why', async t => {
    const { room, server } = await inLobby(t);
    let error;
    room.on('lost', lost => (error = lost));
    server.last.say('room_left', { room_id: 'lobby', status: 'kicked', reason: 'spam' });
    assert.ok(error instanceof GoHubError);
    assert.match(error.message, /kicked/);
    assert.equal(error.details, 'spam');
  });

  test('because this client asked for it is lost too', async t => {
    const { hub, room, server } = await inLobby(t);
    const seen = watch(room);
    const deleting = hub.request('delete_room', { room_id: 'lobby' });
    server.last.answer('room_deleted', { room_id: 'lobby' });
    await deleting;
    assert.deepEqual(seen, [['lost', 3000]]);
  });

  test('in one piece with letting us in is heard of', async t => {
    const { hub, server, clock } = await connected(t);
    const joining = hub.join('lobby');
    server.last.answer('room_joined', { room_id: 'lobby' });
    server.last.say('room_left', { room_id: 'lobby', status: 'kicked' });
    const seen = watch(await joining);
    await clock.advance(0);
    assert.deepEqual(seen, [['lost', 3003]]);
  });

  test('goes with a stop, and is not entered after the next start', async t => {
    const { hub, room, server } = await inLobby(t);
    const seen = watch(room);
    await hub.stop();
    await rest();
    assert.deepEqual(seen, [['lost', ErrorCode.Stopped]]);
    hub.start();
    await rest();
    server.last.accept();
    assert.deepEqual(server.last.sent, []);
  });

  test('goes with a close for good', async t => {
    const { room, server } = await inLobby(t);
    const seen = watch(room);
    server.last.end(4403);
    await rest();
    assert.deepEqual(seen, [['lost', ErrorCode.Stopped]]);
  });
});
