import type { Unsubscribe } from './types.js';

/** Calls `wake` when a page comes online or into sight; does nothing where there is no page. The event `offline` is not heard: it lies. */
export function watchPage(wake: () => void): Unsubscribe {
  const page = globalThis.document;
  const seen = () => {
    if (page.visibilityState === 'visible') wake();
  };
  globalThis.addEventListener?.('online', wake);
  page?.addEventListener('visibilitychange', seen);
  return () => {
    globalThis.removeEventListener?.('online', wake);
    page?.removeEventListener('visibilitychange', seen);
  };
}
