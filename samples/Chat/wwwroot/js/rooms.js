/** The rooms this person is in: entered with every connection, kept for the next visit, and listed with those of others. */
export function rooms(link, threads, store, first, past, presence) {
  const wanted = new Set(store.get('rooms', first));
  const held = new Set(); // rooms of the client whose loss is listened to
  let others = []; // [{ id, members }]
  let asking;

  for (const id of wanted) threads.room(id);

  async function enter(id) {
    const thread = threads.room(id);
    try {
      const room = await link.join(id);
      if (!held.has(room)) {
        held.add(room);
        room.on('lost', error => {
          held.delete(room);
          lost(thread, error);
        });
      }
      if (!wanted.has(id)) return await room.leave();
      thread.joined = true;
      thread.problem = null;
      await Promise.all([presence.refresh(thread), past.fetch(thread)]);
      // The first visit begins here: what was said before is there to be read, but nobody has missed it.
      if (!threads.wasSeen(thread)) threads.look(thread);
    } catch (error) {
      if (link.isUp) thread.problem = error.message;
    }
    threads.changed(thread);
  }

  function lost(thread, error) {
    thread.joined = false;
    if (link.isUp && wanted.has(thread.target)) thread.problem = error.message;
    threads.changed(thread);
  }

  const missed = new Set();

  /** Asks once, however many notices come, and not at the same moment as all the others. */
  function catchUp(ids) {
    if (!missed.size) {
      setTimeout(() => {
        const all = [...missed].filter(id => wanted.has(id));
        missed.clear();
        if (link.isUp) all.forEach(enter);
      }, Math.random() * 300);
    }
    for (const id of ids) missed.add(id);
  }

  async function list() {
    clearTimeout(asking);
    asking = undefined;
    try {
      const { rooms: found } = await link.request('list_rooms');
      others = found.map(room => ({ id: room.room_id, members: room.members })).filter(room => !wanted.has(room.id));
      threads.changed(null);
    } catch {
      // Not now: the next connection asks again.
    }
  }

  link.onState(({ state }) => {
    if (state !== 'connected') return;
    for (const id of wanted) enter(id);
    list();
  });
  // A room that comes is told to everybody at once; they need not all ask at once.
  link.on('rooms_changed', () => (asking ??= setTimeout(list, 200 + Math.random() * 300)));
  link.on('room_message', message => {
    const thread = threads.find(`room ${message.room_id}`);
    if (thread) threads.heard(thread, message);
  });
  // Messages of another node were lost on the way: whoever has taken them is asked.
  link.on('gap', ({ room_id: id }) => catchUp(id ? [id] : wanted));
  link.on('node_back', () => {
    catchUp(wanted);
    for (const id of wanted) threads.arrived(threads.room(id));
  });
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && link.isUp && list());

  const remember = () => store.set('rooms', [...wanted]);

  return {
    mine: () => [...wanted].map(id => threads.room(id)),
    /** Rooms one is not in: `[{ id, members }]`. */
    others: () => others,
    join(id) {
      if (!wanted.has(id)) {
        wanted.add(id);
        remember();
        others = others.filter(room => room.id !== id);
        if (link.isUp) enter(id);
      }
      return threads.room(id);
    },
    async leave(id) {
      wanted.delete(id);
      remember();
      threads.forget(threads.room(id));
      if (!link.isUp) return;
      try {
        await (await link.join(id)).leave();
      } catch {
        // The connection went, and with it the membership.
      }
      list();
    },
  };
}
