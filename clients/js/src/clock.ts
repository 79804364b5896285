/** Milliseconds that never jump: a wall clock that is set must not stretch a deadline. */
export const now = () => performance.now();

// setTimeout takes no more; what is longer would ring at once.
const longest = 2 ** 31 - 1;

export type Alarm = ReturnType<typeof alarm>;

/**
 * All deadlines of one client behind one timer: at most one for each action.
 * A deadline that has become later is left as it is. The action then finds nothing to do and asks again, so a message sets no timer.
 */
export function alarm() {
  const deadlines = new Map<() => void, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let rings = Infinity;

  function arm() {
    const next = Math.min(...deadlines.values());
    if (next >= rings) return;
    clearTimeout(timer);
    rings = next;
    timer = setTimeout(ring, Math.min(Math.max(next - now(), 0), longest));
  }

  function ring() {
    rings = Infinity;
    const time = now();
    // An action may cancel the one behind it, and may ask again for itself.
    for (const [action, due] of [...deadlines]) {
      if (due <= time && deadlines.delete(action)) action();
    }
    arm();
  }

  return {
    /** Calls `action` once, at `due` or soon after; earlier if it was asked for earlier. */
    by(action: () => void, due: number) {
      if (deadlines.get(action)! <= due) return;
      deadlines.set(action, due);
      arm();
    },
    cancel(action: () => void) {
      deadlines.delete(action);
    },
    stop() {
      deadlines.clear();
      clearTimeout(timer);
      rings = Infinity;
    },
  };
}
