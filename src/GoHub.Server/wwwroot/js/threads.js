const keptMessages = 300;
const keptThreads = 60;

/** Conversations of this tab: one for each joined room, one for each person written to or heard from. */
export class Threads extends EventTarget {
  current = null;
  #all = new Map();

  [Symbol.iterator]() {
    return this.#all.values();
  }

  get size() {
    return this.#all.size;
  }

  room(id) {
    return this.#all.get(`room ${id}`);
  }

  makeRoom(id) {
    return this.room(id) ?? this.#make({ key: `room ${id}`, kind: 'room', target: id, joined: false, members: [] });
  }

  /** A person may be known by user id or connection id: the thread that knows either is the one. */
  makeDirect(target, alsoKnownAs) {
    const names = [target, alsoKnownAs].filter(Boolean);
    for (const thread of this) {
      if (thread.kind === 'direct' && names.some(name => thread.names.has(name))) {
        names.forEach(name => thread.names.add(name));
        return thread;
      }
    }
    const thread = this.#make({ key: `direct ${target}`, kind: 'direct', target, names: new Set(names) });
    this.add(thread, { remark: 'Only the two of you see this.', at: Date.now() });
    return thread;
  }

  open(thread) {
    this.current = thread;
    if (thread) thread.unread = 0;
    this.#tell('opened', { thread });
    this.changed();
  }

  close(thread) {
    if (!this.#all.delete(thread.key)) return;
    if (this.current === thread) this.open([...this.#all.values()].at(-1) ?? null);
    else this.changed();
  }

  /** Adds `{ by, text, at, mine, fate }` said by somebody, or `{ remark }` by the page. */
  add(thread, message) {
    const last = thread.messages.at(-1);
    message.follows = Boolean(last && !last.remark && last.by === message.by && message.at - last.at < 120000);
    thread.messages.push(message);
    const dropped = thread.messages.length > keptMessages ? thread.messages.shift() : null;
    if (thread !== this.current && !message.mine && !message.remark) thread.unread++;
    this.#tell('added', { thread, message, dropped });
    this.changed();
    return message;
  }

  update(thread, message) {
    this.#tell('updated', { thread, message });
  }

  changed() {
    this.#tell('changed', {});
  }

  #make(thread) {
    Object.assign(thread, { messages: [], unread: 0, draft: '' });
    this.#all.set(thread.key, thread);
    this.#forgetOldest();
    this.changed();
    return thread;
  }

  // A stranger must not fill this tab by writing under many names.
  #forgetOldest() {
    if (this.#all.size <= keptThreads) return;
    const oldest = [...this].find(thread => thread.kind === 'direct' && thread !== this.current);
    if (oldest) this.#all.delete(oldest.key);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
