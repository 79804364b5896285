/** Lets promises and what hangs on them run, without any time going by. */
export const rest = () => new Promise(resolve => setImmediate(resolve));

/** Time that goes by only when told: stands in for the timers and clocks of this process until `restore`. */
export class FakeClock {
  /** Timers ever set. */
  made = 0;
  #time = 1_000;
  #wall = Date.now() - this.#time;
  #timers = new Map();
  #real = { setTimeout, clearTimeout, dateNow: Date.now };

  constructor() {
    globalThis.setTimeout = (action, delay = 0) => this.#set(action, delay);
    globalThis.clearTimeout = id => this.#timers.delete(id);
    Date.now = () => this.#wall + this.#time;
    Object.defineProperty(performance, 'now', { configurable: true, value: () => this.#time });
  }

  restore() {
    globalThis.setTimeout = this.#real.setTimeout;
    globalThis.clearTimeout = this.#real.clearTimeout;
    Date.now = this.#real.dateNow;
    delete performance.now;
  }

  /** Timers that run now. */
  get running() {
    return this.#timers.size;
  }

  /** Moves the wall clock alone, as a person or a server of time does. */
  setWall(by) {
    this.#wall += by;
  }

  async advance(ms) {
    const end = this.#time + ms;
    for (;;) {
      await rest();
      const [id, timer] = [...this.#timers].sort(([, a], [, b]) => a.due - b.due)[0] ?? [];
      if (!timer || timer.due > end) break;
      this.#timers.delete(id);
      this.#time = Math.max(this.#time, timer.due);
      timer.action();
    }
    this.#time = end;
    await rest();
  }

  #set(action, delay) {
    this.#timers.set(++this.made, { action, due: this.#time + Math.max(0, delay) });
    return this.made;
  }
}
