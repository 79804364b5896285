const pace = 2000; // ms between two hints of one writer
const lasts = 4500; // ms a hint is good for: longer than the pace, so that it does not flicker

/** Who is writing at this moment: a hint at most every two seconds, which nobody keeps. */
export function typing(link, threads, me) {
  const told = new Map(); // thread -> when

  link.on('typing', ({ user_id: user, room_id: room }) => {
    if (user === me.userId) return;
    const thread = room ? threads.find(`room ${room}`) : threads.find(`with ${user}`);
    if (!thread) return;
    clearTimeout(thread.typists.get(user));
    thread.typists.set(user, setTimeout(stop, lasts, thread, user));
    threads.changed(thread);
  });

  function stop(thread, user) {
    if (!thread?.typists.has(user)) return;
    clearTimeout(thread.typists.get(user));
    thread.typists.delete(user);
    threads.changed(thread);
  }

  // Whoever it is, nobody will tell us how it ends.
  link.onState(({ state }) => {
    if (state !== 'connected') for (const thread of threads.all()) for (const user of thread.typists.keys()) stop(thread, user);
  });

  // Who has said it is not typing it any more.
  link.on('room_message', ({ room_id: room, sender_id: user }) => stop(threads.find(`room ${room}`), user));
  link.on('direct_message', ({ sender_id: user }) => stop(threads.find(`with ${user}`), user));

  return {
    /** To be called with each key: the others are told now and then. */
    tell(thread) {
      if (Date.now() - (told.get(thread) ?? 0) < pace) return;
      told.set(thread, Date.now());
      link.hint('typing', thread.kind === 'room' ? { room_id: thread.target } : { target_id: thread.target });
    },
    /** What was written is sent: the next key is news again. */
    done: thread => told.delete(thread),
  };
}
