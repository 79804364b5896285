import { nameOf } from '../words.js';

/** The tab's title: what is unread, and what is open. */
export function titleView(threads) {
  return {
    draw() {
      const unread = threads.all().reduce((sum, thread) => sum + threads.unread(thread), 0);
      const { current } = threads;
      const place = !current ? '' : current.kind === 'room' ? `#${current.target} · ` : `${nameOf(current.target)} · `;
      document.title = `${unread ? `(${unread > 99 ? '99+' : unread}) ` : ''}${place}GoHub Chat`;
    },
  };
}
