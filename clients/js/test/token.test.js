import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connected, jwt, rest, world } from '../fakes/world.js';

const auths = socket => socket.sent.filter(message => message.message_type === 'auth').map(message => message.data.token);

/** A token function that gives these in turn, the last one for ever, and counts. */
function source(...tokens) {
  const ask = () => {
    const token = tokens[Math.min(ask.asked++, tokens.length - 1)];
    if (token instanceof Error) throw token;
    return token;
  };
  ask.asked = 0;
  return ask;
}

describe('a token', () => {
  test('is brought as a subprotocol, and so is in no address', async t => {
    const { server } = await connected(t, { token: 'aaa.bbb.ccc' });
    assert.deepEqual(server.last.protocols, ['gohub.v1', 'gohub.token.aaa.bbb.ccc']);
    assert.ok(!server.last.url.includes('aaa'));
  });

  test('may come from a function, which is asked for each attempt', async t => {
    const token = source('a.a.a', 'b.b.b');
    const { server, clock } = world(t, { token });
    await rest();
    server.last.fail();
    await clock.advance(250);
    assert.deepEqual(server.sockets.map(socket => socket.protocols[1]), ['gohub.token.a.a.a', 'gohub.token.b.b.b']);
    assert.equal(token.asked, 2);
  });

  test('may take its time', async t => {
    let bring;
    const { hub, server } = world(t, { token: () => new Promise(resolve => (bring = resolve)) });
    await rest();
    assert.equal(hub.state, 'connecting');
    assert.equal(server.opened, 0);
    bring('a.b.c');
    await rest();
    assert.equal(server.last.protocols[1], 'gohub.token.a.b.c');
  });

  test('that the function does not have means anonymous', async t => {
    const { server } = await connected(t, { token: () => undefined });
    assert.deepEqual(server.last.protocols, ['gohub.v1']);
  });

  for (const [how, fail] of [['throws', () => { throw new Error('no network'); }], ['rejects', () => Promise.reject(new Error('no network'))]]) {
    test(`whose function ${how} is a failed attempt, with the error told`, async t => {
      const { server, changes, clock } = world(t, { token: fail });
      await rest();
      assert.equal(changes.at(-1).state, 'waiting');
      assert.equal(changes.at(-1).error.message, 'no network');
      await clock.advance(250);
      assert.equal(changes.at(-1).delay, 500);
      assert.equal(server.opened, 0);
    });
  }

  test('whose function never answers is given up as any attempt', async t => {
    const { changes, clock } = world(t, { token: () => new Promise(() => undefined) });
    await rest();
    await clock.advance(25_000);
    assert.equal(changes.at(-1).reason, 'no answer');
  });
});

describe('a close with 4401', () => {
  test('is for good with a fixed token', async t => {
    const { hub, server } = await connected(t, { token: 'a.b.c' });
    server.last.end(4401, 'token expired');
    assert.equal(hub.state, 'stopped');
  });

  test('brings a new token and the next attempt at once', async t => {
    const { server, changes, clock } = await connected(t, { token: source('a.a.a', 'b.b.b') });
    server.last.end(4401);
    assert.deepEqual([changes.at(-1).state, changes.at(-1).delay, changes.at(-1).code], ['waiting', 0, 4401]);
    await clock.advance(0);
    assert.equal(server.last.protocols[1], 'gohub.token.b.b.b');
  });

  test('that comes again has the back-off, which grows in spite of welcomes', async t => {
    const { server, changes, clock } = await connected(t, { token: () => 'a.a.a' });
    const delays = [];
    for (let i = 0; i < 4; i++) {
      server.last.end(4401);
      delays.push(changes.at(-1).delay);
      await clock.advance(delays.at(-1));
      server.last.accept();
    }
    assert.deepEqual(delays, [0, 250, 500, 1_000]);
  });

  test('is the first again after a life of 5 s', async t => {
    const { server, changes, clock } = await connected(t, { token: () => 'a.a.a' });
    for (const life of [0, 4_999, 5_000]) {
      await clock.advance(life);
      server.last.end(4401);
      assert.equal(changes.at(-1).delay, { 0: 0, 4999: 250, 5000: 0 }[life]);
      await clock.advance(changes.at(-1).delay);
      server.last.accept();
    }
  });
});

/** A connected world whose token function makes tokens of these lives, in seconds. */
async function renewing(t, ...lives) {
  const made = [];
  const all = await connected(t, {
    token: () => {
      const life = lives[Math.min(made.length, lives.length - 1)];
      if (life instanceof Error) {
        made.push(life);
        throw life;
      }
      made.push(jwt(life, { n: made.length }));
      return made.at(-1);
    },
  });
  /** Keeps the heart of the connection beating meanwhile. */
  const pass = async seconds => {
    for (let left = seconds * 1000; left > 0; left -= 20_000) {
      await all.clock.advance(Math.min(left, 20_000));
      all.server.last.say('news');
    }
  };
  return { ...all, made, pass };
}

describe('a token that will expire', () => {
  test('is renewed 60 s before, on the living connection', async t => {
    const { server, made, pass } = await renewing(t, 3600);
    await pass(3539);
    assert.deepEqual(auths(server.last), []);
    await pass(2);
    assert.deepEqual(auths(server.last), [made[1]]);
    assert.equal(server.opened, 1);
  });

  test('and is renewed is renewed again before it expires', async t => {
    const { server, made, pass } = await renewing(t, 600);
    for (let i = 1; i <= 3; i++) {
      await pass(541);
      assert.deepEqual(auths(server.last), made.slice(1));
      server.last.answer('auth_ok', { user_id: 'ada' });
      await rest();
    }
    assert.equal(made.length, 4);
  });

  test('soon is renewed at 3/4 of its life', async t => {
    const { server, pass } = await renewing(t, 100);
    await pass(74);
    assert.equal(auths(server.last).length, 0);
    await pass(2);
    assert.equal(auths(server.last).length, 1);
  });

  test('is renewed as early as the option says', async t => {
    const token = source(jwt(1_000), jwt(2_000));
    const { server, clock } = await connected(t, { token, refreshBefore: 10_000, heartbeat: Infinity });
    await clock.advance(950_000);
    assert.equal(token.asked, 1);
    await clock.advance(45_000);
    assert.equal(token.asked, 2);
    assert.equal(auths(server.last).length, 1);
  });

  test('is tried again, later each time, while renewing fails', async t => {
    const { server, made, clock, pass } = await renewing(t, 3600, new Error('down'), new Error('down'), 3600);
    await pass(3540.1);
    assert.equal(made.length, 2);
    await clock.advance(250);
    assert.equal(made.length, 3);
    await clock.advance(300);
    assert.equal(made.length, 3);
    await clock.advance(200);
    assert.equal(auths(server.last).length, 1);
    assert.equal(server.opened, 1);
  });

  test('is tried again where the server does not take the new one', async t => {
    const { server, clock, pass } = await renewing(t, 3600);
    await pass(3540.1);
    server.last.refuse(2003);
    await clock.advance(1_000);
    assert.equal(auths(server.last).length, 2);
    assert.equal(server.opened, 1);
  });

  test('is not sent again where the function has no other', async t => {
    const token = jwt(100);
    const ask = source(token);
    const { server, clock } = await connected(t, { token: ask, heartbeat: Infinity });
    await clock.advance(100_000);
    assert.deepEqual(auths(server.last), []);
    assert.ok(ask.asked > 1 && ask.asked < 15, `asked ${ask.asked} times`);
  });

  test('and is another user’s now makes a new connection with that token', async t => {
    const { server, made, changes, clock, pass } = await renewing(t, 3600);
    await pass(3541);
    server.last.refuse(2001, "The token is another user's.");
    await rest();
    assert.deepEqual([changes.at(-1).state, changes.at(-1).delay, changes.at(-1).reason], ['waiting', 0, 'another user']);
    await clock.advance(0);
    assert.equal(made.length, 2);
    assert.equal(server.last.protocols[1], `gohub.token.${made[1]}`);
  });

  test('after the connection that had it is the next one’s matter', async t => {
    const { server, made, clock, pass } = await renewing(t, 3600);
    await pass(3500);
    server.last.end();
    await clock.advance(250);
    server.last.accept();
    await pass(100);
    assert.equal(made.length, 2);
    assert.deepEqual(auths(server.last), []);
  });

  test('by a clock that is ahead is not renewed without end', async t => {
    const { clock, made, pass } = await renewing(t, -600);
    await pass(60);
    assert.ok(made.length < 10, `asked ${made.length} times`);
    assert.ok(clock.made < 100);
  });

  test('and is fixed is left to the server', async t => {
    const { server, clock } = await connected(t, { token: jwt(100), heartbeat: Infinity });
    await clock.advance(200_000);
    assert.deepEqual(server.last.frames, []);
  });

  for (const token of ['no-jwt', 'a.b.c', `a.${Buffer.from('{"sub":"ada"}').toString('base64url')}.c`]) {
    test(`says when: ${token} does not, and is never renewed`, async t => {
      const { server, clock } = await connected(t, { token: () => token, heartbeat: Infinity });
      await clock.advance(30 * 86_400_000);
      assert.deepEqual(server.last.frames, []);
    });
  }

  test('in a hundred days sets no timer that rings at once', async t => {
    const { clock } = await renewing(t, 100 * 86_400);
    const { made } = clock;
    await clock.advance(20_000);
    assert.equal(clock.made, made);
  });

  test('may name its user in any script', async t => {
    const token = source(jwt(100, { sub: 'Ünïcödé 名前' }), jwt(200));
    const { server, clock } = await connected(t, { token, heartbeat: Infinity });
    await clock.advance(80_000);
    assert.equal(auths(server.last).length, 1);
  });
});
