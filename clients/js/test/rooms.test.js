import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ErrorCode } from '../dist/gohub.js';
import { comeBack, enter, inLobby, joins, watch } from '../fakes/lobby.js';
import { connected, rest, world } from '../fakes/world.js';

describe('joining', () => {
  test('asks the server and gives the room', async t => {
    const { server, room } = await inLobby(t);
    assert.equal(room.id, 'lobby');
    assert.deepEqual(server.last.sent, [{ message_id: 1, message_type: 'join_room', data: { room_id: 'lobby' } }]);
  });

  test('twice asks once and gives the same room', async t => {
    const { hub, server } = await connected(t);
    const both = [hub.join('lobby'), hub.join('lobby')];
    server.last.answer('room_joined', { room_id: 'lobby' });
    const [first, second] = await Promise.all(both);
    assert.equal(first, second);
    assert.equal(await hub.join('lobby'), first);
    assert.deepEqual(joins(server.last), ['lobby']);
  });

  test('where this connection is in already is as good', async t => {
    const { hub, server } = await connected(t);
    const joining = hub.join('lobby');
    server.last.refuse(3004);
    assert.equal((await joining).id, 'lobby');
  });

  test('that is refused rejects, and may be tried again', async t => {
    const all = await connected(t);
    const joining = all.hub.join('lobby');
    all.server.last.refuse(3002, 'The room is full.', 'lobby');
    await assert.rejects(joining, { name: 'GoHubError', code: 3002 });
    assert.equal((await enter(all, 'lobby')).id, 'lobby');
  });

  test('waits for the connection', async t => {
    const { hub, server } = world(t);
    const joining = hub.join('lobby');
    await rest();
    server.last.accept();
    server.last.answer('room_joined', { room_id: 'lobby' });
    assert.equal((await joining).id, 'lobby');
  });

  test('that is not answered in time fails, and is taken back', async t => {
    const { hub, server, clock } = await connected(t);
    const failed = assert.rejects(hub.join('lobby'), { code: ErrorCode.Timeout });
    await clock.advance(10_000);
    await failed;
    assert.deepEqual([server.last.lastSent.message_type, server.last.lastSent.data], ['leave_room', { room_id: 'lobby' }]);
  });

  test('that was on its way at a drop fails as any request, and is not done behind the caller’s back', async t => {
    const all = await connected(t);
    const joining = all.hub.join('lobby');
    const failed = assert.rejects(joining, { code: ErrorCode.ConnectionLost });
    await comeBack(all);
    await failed;
    assert.deepEqual(joins(all.server.last), []);
  });
});

describe('in a room', () => {
  test('its messages are heard, by type', async t => {
    const { server, room, hub } = await inLobby(t);
    const heard = [];
    room.on('room_message', (data, message) => heard.push([data.content, data.sender_id, message.client_id]));
    hub.on('room_message', data => heard.push(data.room_id));
    server.last.say('room_message', { room_id: 'lobby', content: { text: 'hi' }, sender_id: 'bob' }, { client_id: 'c-2' });
    assert.deepEqual(heard, ['lobby', [{ text: 'hi' }, 'bob', 'c-2']]);
  });

  test('messages of other rooms are not', async t => {
    const { server, room } = await inLobby(t);
    room.on('room_message', () => assert.fail('heard'));
    server.last.say('room_message', { room_id: 'other', content: 1 });
    server.last.say('room_message', { content: 1 });
    server.last.say('room_message', null);
    server.last.say('room_message');
  });

  test('gaps and messages of the app that name it are heard too', async t => {
    const { server, room } = await inLobby(t);
    const heard = [];
    for (const type of ['gap', 'score']) room.on(type, data => heard.push([type, data]));
    server.last.say('gap', { room_id: 'lobby', lost: 3 });
    server.last.say('score', { room_id: 'lobby', home: 1 });
    server.last.say('gap', {});
    assert.deepEqual(heard, [['gap', { room_id: 'lobby', lost: 3 }], ['score', { room_id: 'lobby', home: 1 }]]);
  });

  test('nothing is heard after unsubscribing', async t => {
    const { server, room } = await inLobby(t);
    const off = room.on('room_message', () => assert.fail('heard'));
    off();
    server.last.say('room_message', { room_id: 'lobby', content: 1 });
  });

  test('what comes in one piece with the answer is heard by who listens once joined', async t => {
    const { hub, server, clock } = await connected(t);
    const heard = [];
    const listen = async () => {
      const room = await hub.join('lobby');
      await rest();
      room.on('room_message', data => heard.push(data.content));
    };
    const listening = listen();
    server.last.answer('room_joined', { room_id: 'lobby' });
    server.last.say('room_message', { room_id: 'lobby', content: 1 });
    server.last.say('room_message', { room_id: 'lobby', content: 2 });
    await listening;
    assert.deepEqual(heard, []);
    await clock.advance(0);
    server.last.say('room_message', { room_id: 'lobby', content: 3 });
    assert.deepEqual(heard, [1, 2, 3]);
  });

  test('sending resolves with the ack', async t => {
    const { server, room } = await inLobby(t);
    const sent = room.send({ text: 'hi' });
    assert.deepEqual(server.last.lastSent.data, { room_id: 'lobby', content: { text: 'hi' } });
    server.last.answer('ack', { status: 'ok', level: 'bus' });
    assert.deepEqual(await sent, { status: 'ok', level: 'bus' });
  });

  test('the members can be asked for', async t => {
    const { server, room } = await inLobby(t);
    const members = room.members();
    assert.deepEqual([server.last.lastSent.message_type, server.last.lastSent.data], ['room_members', { room_id: 'lobby' }]);
    server.last.answer('room_members', { room_id: 'lobby', members: [{ client_id: 'c-1', user_id: 'ada' }] });
    assert.deepEqual([...(await members)], [{ client_id: 'c-1', user_id: 'ada' }]);
    assert.deepEqual((await members).missing, []);
  });

  test('the members name the nodes that did not answer', async t => {
    const { server, room } = await inLobby(t);
    const members = room.members();
    server.last.answer('room_members', { room_id: 'lobby', members: [], missing: ['5d2f8d59be2c1e4b'] });
    assert.equal((await members).length, 0);
    assert.deepEqual((await members).missing, ['5d2f8d59be2c1e4b']);
  });
});

describe('leaving', () => {
  test('tells the server, and the room is not entered again', async t => {
    const all = await inLobby(t);
    const seen = watch(all.room);
    const leaving = all.room.leave();
    assert.equal(all.server.last.lastSent.message_type, 'leave_room');
    all.server.last.answer('room_left', { room_id: 'lobby', status: 'left' });
    await leaving;
    await comeBack(all);
    assert.deepEqual(joins(all.server.last), []);
    assert.deepEqual(seen, []);
  });

  test('twice tells the server once', async t => {
    const { server, room } = await inLobby(t);
    const leaving = Promise.all([room.leave(), room.leave()]);
    server.last.answer('room_left', { room_id: 'lobby' });
    await leaving;
    assert.equal(server.last.sent.length, 2);
  });

  for (const code of [3000, 3003]) {
    test(`a room that the server says we are not in (${code}) is left`, async t => {
      const { server, room } = await inLobby(t);
      const leaving = room.leave();
      server.last.refuse(code);
      await leaving;
    });
  }

  test('while not connected is done at once', async t => {
    const all = await inLobby(t);
    all.server.last.end();
    await all.room.leave();
    await all.clock.advance(250);
    all.server.last.accept();
    assert.deepEqual(all.server.last.sent, []);
  });

  test('is done by a drop', async t => {
    const all = await inLobby(t);
    const leaving = all.room.leave();
    await comeBack(all);
    await leaving;
    assert.deepEqual(all.server.last.sent, []);
  });

  test('that is refused leaves the room as it is', async t => {
    const all = await inLobby(t);
    const leaving = all.room.leave();
    all.server.last.refuse(2001);
    await assert.rejects(leaving, { code: 2001 });
    await comeBack(all);
    assert.deepEqual(joins(all.server.last), ['lobby']);
  });

  test('and joining again at once leaves and joins', async t => {
    const all = await inLobby(t);
    const leaving = all.room.leave();
    const joining = all.hub.join('lobby');
    const [, leave, join] = all.server.last.sent;
    all.server.last.answer('room_left', { room_id: 'lobby', status: 'left' }, leave);
    all.server.last.answer('room_joined', { room_id: 'lobby', status: 'joined' }, join);
    await leaving;
    const room = await joining;
    const seen = watch(room);
    await all.clock.advance(0);
    assert.notEqual(room, all.room);
    assert.equal(await all.hub.join('lobby'), room);
    assert.deepEqual(seen, []);
  });

  test('and joining again gives a new room', async t => {
    const all = await inLobby(t);
    const leaving = all.room.leave();
    all.server.last.answer('room_left', { room_id: 'lobby', status: 'left' });
    await leaving;
    assert.notEqual(await enter(all, 'lobby'), all.room);
  });
});
