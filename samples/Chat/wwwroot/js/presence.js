/**
 * Who is in each room. A connection comes once and goes once, and its id is never used again: so whatever order the list of
 * members, the comings and the goings arrive in, who has gone stays gone.
 */
export function presence(link, threads) {
  const asked = new Map(); // room id -> what has happened since its members were asked for

  link.on('came', ({ room_id: id, client_id: client, user_id: user }) => {
    asked.get(id)?.came.set(client, user);
    change(id, visits => visits.set(client, user));
  });
  link.on('went', ({ room_id: id, client_id: client }) => {
    asked.get(id)?.went.add(client);
    change(id, visits => visits.delete(client));
  });
  // A node that died took people with it and could not say so.
  link.on('nodes_changed', () => later(Math.random() * 500));
  link.onState(() => {
    for (const thread of threads.all()) threads.changed(thread);
  });

  function change(id, deed) {
    const thread = threads.find(`room ${id}`);
    if (!thread) return; // left meanwhile
    deed(thread.visits);
    threads.changed(thread);
  }

  let timer;
  function later(delay) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      for (const thread of threads.all()) if (thread.joined) refresh(thread);
    }, delay);
  }

  async function refresh(thread) {
    const since = { came: new Map(), went: new Set() };
    asked.set(thread.target, since);
    try {
      const { members, missing } = await link.request('room_members', { room_id: thread.target });
      if (asked.get(thread.target) !== since) return; // asked again meanwhile
      // Nobody is gone on the word of some nodes: those that did not answer may have them.
      const before = missing ? thread.visits : [];
      const found = members.map(member => [member.client_id, member.user_id]);
      thread.visits = new Map([...before, ...found, ...since.came].filter(([client]) => !since.went.has(client)));
      threads.changed(thread);
      if (missing) later(1000);
    } catch {
      // The connection went: the next one asks again.
    } finally {
      if (asked.get(thread.target) === since) asked.delete(thread.target);
    }
  }

  /** People in a room, each once: `[{ userId, clients }]`, by name. */
  function people(thread) {
    const byUser = new Map();
    for (const [client, user] of thread.visits) {
      if (!byUser.has(user)) byUser.set(user, []);
      byUser.get(user).push(client);
    }
    return [...byUser].map(([userId, clients]) => ({ userId, clients })).sort((a, b) => a.userId.localeCompare(b.userId));
  }

  return {
    refresh,
    people,
    /** Whether nobody can tell at the moment. */
    get isStale() {
      return !link.isUp;
    },
    /** Whether a person is in any room of ours. */
    isHere: userId => link.isUp && threads.all().some(thread => [...thread.visits.values()].includes(userId)),
  };
}
