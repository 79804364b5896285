import { guarded } from './report.js';
import type { Unsubscribe } from './types.js';

type Handler = (...args: any[]) => void;

/** Handlers by type. One that throws does not keep the others from hearing. */
export function topics() {
  const byType = new Map<unknown, Set<Handler>>();

  return {
    on(type: unknown, handler: Handler): Unsubscribe {
      // The same function may be subscribed twice; each subscription ends by itself.
      const own: Handler = (...args) => handler(...args);
      const handlers = byType.get(type) ?? new Set();
      byType.set(type, handlers.add(own));
      return () => {
        if (handlers.delete(own) && !handlers.size) byType.delete(type);
      };
    },
    tell(type: unknown, ...args: unknown[]) {
      byType.get(type)?.forEach(handler => guarded(() => handler(...args)));
    },
  };
}
