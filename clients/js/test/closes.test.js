import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connected } from '../fakes/world.js';

const forGood = [1000, 1002, 1007, 1008, 1009, 4400, 4401, 4403, 4409, 4430, 4499];
const again = [1001, 1003, 1005, 1006, 1011, 1012, 1013, 3000, 4000, 4399, 4408, 4429, 4500, 4508];

describe('closed by the server', () => {
  for (const code of forGood) {
    test(`${code} is for good`, async t => {
      const { hub, server, changes, clock } = await connected(t);
      server.last.end(code, 'enough');
      assert.deepEqual({ ...changes.at(-1) }, { state: 'stopped', code, reason: 'enough', error: undefined });
      assert.equal(hub.state, 'stopped');
      await clock.advance(3_600_000);
      assert.equal(server.opened, 1);
      assert.equal(clock.running, 0);
    });
  }

  for (const code of again) {
    test(`${code} is followed by the next attempt`, async t => {
      const { server, changes, clock } = await connected(t);
      server.last.end(code, 'later');
      assert.deepEqual({ ...changes.at(-1) }, { state: 'waiting', delay: 250, code, reason: 'later', error: undefined });
      await clock.advance(249);
      assert.equal(server.opened, 1);
      await clock.advance(1);
      assert.equal(server.opened, 2);
    });
  }
});
