import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from '../fakes/ws-server.js';

const path = fileURLToPath(new URL('../driver.js', import.meta.url));

/** The driver as the suite uses it: `tell` writes a command, `until` reads events up to one that fits. */
function drive(t) {
  const process = spawn(globalThis.process.execPath, [path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
  t.after(() => process.kill());
  return {
    process,
    tell: (cmd, about) => process.stdin.write(`${JSON.stringify({ cmd, ...about })}\n`),
    async until(wanted) {
      for (;;) {
        const event = JSON.parse((await lines.next()).value);
        if (Object.entries(wanted).every(([key, value]) => event[key] === value)) return event;
      }
    },
  };
}

test('the driver does what it is told and says what happens', async t => {
  const { url } = await startServer(t);
  const { process, tell, until } = drive(t);
  tell('create', { url, options: { autoStart: false, reconnect: { base: 1 } }, tokens: ['a.b.c'] });
  tell('start');
  await until({ event: 'token' });
  await until({ event: 'state', state: 'connected' });
  tell('request', { tag: 1, type: 'echo', data: { x: 1 } });
  assert.deepEqual((await until({ event: 'result', tag: 1 })).data, { x: 1 });
  tell('request', { tag: 2, type: 'fail' });
  assert.deepEqual(await until({ event: 'result', tag: 2 }), { event: 'result', tag: 2, ok: false, code: 5000, message: 'As you wish.', details: 'fail' });
  tell('join', { tag: 3, room: 'lobby' });
  await until({ event: 'result', tag: 3, ok: true });
  const said = await until({ event: 'room', room: 'lobby', type: 'room_message' });
  assert.deepEqual(said.data.content, { text: 'welcome' });
  tell('room_send', { tag: 4, room: 'lobby', content: 'hi' });
  assert.deepEqual((await until({ event: 'result', tag: 4 })).data, { status: 'ok' });
  tell('send', { type: 'echo', data: 'unasked' });
  assert.equal((await until({ event: 'message', type: 'echo_reply' })).data, 'unasked');
  tell('send', { type: 'drop', data: { code: 1012 } });
  assert.equal((await until({ event: 'state', state: 'waiting' })).code, 1012);
  await until({ event: 'room', room: 'lobby', type: 'rejoined' });
  tell('leave', { tag: 5, room: 'lobby' });
  await until({ event: 'result', tag: 5, ok: true });
  tell('stop');
  await until({ event: 'state', state: 'stopped' });
  tell('exit');
  assert.equal(await new Promise(resolve => process.on('exit', resolve)), 0);
});
