import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { GoHub, GoHubError } from '../dist/gohub.js';
import { FakeServer } from '../fakes/server.js';
import { rest } from '../fakes/world.js';

const folder = new URL('../../../tests/vectors/', import.meta.url);
const made = new Set(['message_id', 'message_type', 'data']);

for (const name of readdirSync(folder).filter(name => name.endsWith('.json'))) {
  const { about, vectors } = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
  test(`${name}: ${about}`, async () => {
    for (const vector of vectors) {
      try {
        await replay(vector.steps);
      } catch (error) {
        error.message = `${vector.name}: ${error.message}`;
        throw error;
      }
    }
  });
}

/** Does what a step says, with a client in the place of each connection and a fake in that of the server. */
async function replay(steps) {
  const peers = new Map();
  const deeds = { connect, send, expect, quiet: async () => undefined, close, expect_close: closed };
  for (const step of steps) {
    const deed = Object.keys(step).find(key => key in deeds);
    assert.ok(deed, `a step that is not known: ${JSON.stringify(step)}`);
    await deeds[deed](peers.get(step[deed]) ?? step[deed], filled(step), peers);
  }
  await Promise.all([...peers.values()].map(({ hub }) => hub.stop()));
}

async function connect(name, { user }, peers) {
  const server = new FakeServer();
  const hub = new GoHub('ws://hub.test/ws', { WebSocket: server.WebSocket, token: user && 'a.b.c' });
  await rest();
  server.last.accept({ client_id: idOf(name), user_id: user });
  assert.deepEqual([hub.state, hub.clientId, hub.userId], ['connected', idOf(name), user]);
  peers.set(name, { hub, server, asked: new Map(), requests: 0 });
}

/** Sends what a client can make: an envelope in a text frame. The rest only a test of the server sends. */
async function send(peer, { json, binary }) {
  if (binary || !json || typeof json.message_type !== 'string' || Object.keys(json).some(key => !made.has(key))) return;
  const { message_id: id, message_type: type, data } = json;
  const isAsked = typeof id === 'string' || typeof id === 'number';
  if (isAsked && id) {
    const answer = peer.hub.request(type, data);
    answer.catch(() => undefined);
    peer.asked.set(id, { id: ++peer.requests, answer });
  } else if (id === undefined) {
    peer.hub.send(type, data);
  } else {
    return;
  }
  const { message_id: ownId, ...sent } = peer.server.last.lastSent;
  assert.deepEqual(sent, JSON.parse(JSON.stringify({ message_type: type, data })));
  assert.equal(ownId, isAsked ? peer.requests : undefined);
}

/** What the server says settles the request it answers, or is heard by who listens. */
async function expect(peer, { json }) {
  const question = peer.asked.get(json.request_id);
  if (!question) return hear(peer, json);
  peer.asked.delete(json.request_id);
  peer.server.last.text(JSON.stringify({ ...json, request_id: question.id }));
  if (json.message_type === 'error') {
    await assert.rejects(question.answer, error => error instanceof GoHubError && error.code === json.data.code && error.message === json.data.message);
  } else {
    assert.deepEqual(await question.answer, json.data);
  }
}

async function hear({ hub, server, requests }, json) {
  // An answer to what only a test of the server sends may bear the number of a request made here.
  if (json.request_id > 0 && json.request_id <= requests) return;
  let heard;
  const off = hub.on(json.message_type, (data, message) => (heard = message));
  server.last.text(JSON.stringify(json));
  off();
  assert.ok(isDeepStrictEqual(heard, json), `heard ${JSON.stringify(heard)}`);
}

async function close({ hub, server }) {
  await hub.stop();
  assert.equal(server.last.closedWith, 1000);
}

async function closed({ hub, server }, { code }) {
  server.last.end(code);
  assert.equal(hub.state, [1002, 1007, 1008, 1009].includes(code) ? 'stopped' : 'waiting');
}

const idOf = name => name.padEnd(32, '0');

/** The value with its placeholders filled in; what is optional is left out. */
function filled(value) {
  if (Array.isArray(value)) return value.filter(item => item !== '$unordered' && item !== '$contains').map(filled);
  if (value && typeof value === 'object') {
    const kept = Object.entries(value).filter(([, item]) => item !== '$optional');
    return Object.fromEntries(kept.map(([key, item]) => [key, filled(item)]));
  }
  if (typeof value !== 'string') return value;
  const [, repeated, times] = /^\$repeat:(.*):(\d+)$/s.exec(value) ?? [];
  if (times) return repeated.repeat(Number(times));
  if (value.startsWith('$id:')) return idOf(value.slice(4));
  if (value.startsWith('$token:')) return 'a.b.c';
  const simple = { $any: 'anything', $string: 'a text', $number: 7, $now: Date.now() };
  return value in simple ? simple[value] : value.replaceAll('$unique', 'here');
}
