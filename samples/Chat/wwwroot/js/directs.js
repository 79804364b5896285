const most = 50; // people whose conversations are listed

/** Private conversations. The server knows no list of them: this browser keeps with whom there were some. */
export function directs(link, threads, me, store, past) {
  let people = store.get('people', []);

  for (const userId of people) threads.direct(userId);

  function open(userId) {
    if (people[0] !== userId) {
      people = [userId, ...people.filter(other => other !== userId)].slice(0, most);
      store.set('people', people);
    }
    return threads.direct(userId);
  }

  link.on('direct_message', message => {
    const other = message.sender_id === me.userId ? message.target_id : message.sender_id;
    threads.heard(open(other), message);
  });
  link.onState(({ state }) => {
    if (state === 'connected') for (const userId of people) past.fetch(threads.direct(userId));
  });

  return {
    mine: () => people.map(userId => threads.direct(userId)),
    open(userId) {
      const isNew = !people.includes(userId);
      const thread = open(userId);
      if (isNew) past.fetch(thread);
      return thread;
    },
    close(thread) {
      people = people.filter(userId => userId !== thread.target);
      store.set('people', people);
      threads.forget(thread);
    },
  };
}
