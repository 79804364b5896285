const most = 300; // messages of one thread that this tab keeps

const lasting = new Set(['waiting', 'sending', 'failed']);

/** Whether a message of one's own has not reached the server. */
export const isPending = message => lasting.has(message.fate);

/**
 * The conversations of this tab: one for each room, one for each person. Who changes something says so with `changed`;
 * who draws hears of it once, however much has changed.
 */
export function threads(me, store) {
  const all = new Map();
  const watchers = new Set();
  let dirty = null;
  let seen = store.get('seen', {});
  let current = null;

  store.onOther('seen', () => {
    seen = store.get('seen', {});
    for (const thread of all.values()) changed(thread);
  });

  function changed(thread) {
    if (!dirty) {
      dirty = new Set();
      queueMicrotask(() => {
        const told = dirty;
        dirty = null;
        for (const watcher of watchers) watcher(told);
      });
    }
    dirty.add(thread);
  }

  function make(kind, target) {
    const key = `${kind} ${target}`;
    if (!all.has(key)) {
      all.set(key, { key, kind, target, messages: [], byId: new Map(), draft: '', typists: new Map(), visits: new Map(), joined: false, since: null });
      changed(all.get(key));
    }
    return all.get(key);
  }

  // What waits stands last; a message of another node may be older than the last one here.
  const order = message => (isPending(message) ? Infinity : message.at);

  /** Adds a message, or what has become known of one that is here. */
  function add(thread, message) {
    const known = thread.byId.get(message.id);
    if (known) Object.assign(known, message);
    else {
      thread.byId.set(message.id, message);
      thread.messages.push(message);
    }
    thread.messages.sort((a, b) => (order(a) === order(b) ? 0 : order(a) - order(b)));
    while (thread.messages.length > most && !isPending(thread.messages[0])) thread.byId.delete(thread.messages.shift().id);
    changed(thread);
    return known ?? message;
  }

  return {
    all: () => [...all.values()],
    room: id => make('room', id),
    direct: userId => make('with', userId),
    find: key => all.get(key),
    forget(thread) {
      all.delete(thread.key);
      if (current === thread) current = null;
      changed(thread);
    },
    add,
    /** A message as the server tells it. */
    heard(thread, { content, sender_id: by, timestamp: at }) {
      const id = `${by} ${content.key}`;
      const fate = thread.byId.get(id)?.fate === 'local' ? 'local' : 'sent';
      return add(thread, { id, key: content.key, by, at, text: String(content.text), mine: by === me.userId, fate });
    },
    /** What only people on one node had is asked for by all others now. */
    arrived(thread) {
      for (const { id } of thread.messages.filter(message => message.fate === 'local')) add(thread, { id, fate: 'sent' });
    },
    changed,
    onChange: watcher => watchers.add(watcher),
    get current() {
      return current;
    },
    open(thread) {
      if (current === thread) return;
      const before = current;
      current = thread;
      // Where the new messages begin stays marked while the thread is open.
      if (thread) thread.since = this.unread(thread) ? seen[thread.key] ?? 0 : null;
      if (before) changed(before);
      if (thread) changed(thread);
    },
    /** How many messages of others have not been seen. In a room one has just entered nobody has missed anything. */
    unread: thread => (thread.kind === 'room' && !(thread.key in seen) ? 0 : thread.messages.filter(message => !message.mine && message.at > (seen[thread.key] ?? 0)).length),
    /** Everything in the thread has been seen. */
    look(thread) {
      const last = thread.messages.findLast(message => !isPending(message))?.at ?? 0;
      if (thread.key in seen && last <= seen[thread.key]) return;
      seen = { ...store.get('seen', {}), [thread.key]: last };
      store.set('seen', seen);
      changed(thread);
    },
    wasSeen: thread => thread.key in seen,
  };
}
