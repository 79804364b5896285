/** What this browser keeps, for all its tabs. Where storage is blocked it lasts as long as the tab. */
export function kept(prefix) {
  const memory = new Map();

  return {
    get(name, otherwise) {
      if (memory.has(name)) return memory.get(name);
      try {
        return JSON.parse(localStorage.getItem(prefix + name)) ?? otherwise;
      } catch {
        return otherwise; // blocked, or written by nobody we know
      }
    },
    set(name, value) {
      try {
        localStorage.setItem(prefix + name, JSON.stringify(value));
        memory.delete(name);
      } catch {
        memory.set(name, value); // blocked or full
      }
    },
    remove(name) {
      memory.delete(name);
      try {
        localStorage.removeItem(prefix + name);
      } catch {
        // Blocked: then nothing is there.
      }
    },
    /** Hears when another tab has changed it. */
    onOther(name, handler) {
      addEventListener('storage', event => event.key === prefix + name && handler());
    },
  };
}
