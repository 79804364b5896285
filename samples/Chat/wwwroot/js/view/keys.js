import { byId } from '../element.js';
import { isNarrow } from '../route.js';

/** Keys that work everywhere: Escape goes a step back, Alt with an arrow to the next conversation. */
export function keys({ threads, rooms, directs, route, go, write }) {
  document.addEventListener('keydown', event => {
    if (event.defaultPrevented) return;
    if (event.key === 'Escape') back();
    const step = event.altKey && { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...rooms.mine(), ...directs.mine()];
    go(all.at((all.indexOf(threads.current) + step) % all.length));
  });

  function back() {
    if (route.pane === 'people') {
      route.go(threads.current);
      byId('show-people').focus();
    } else if (isNarrow()) {
      route.toList();
    } else if (document.activeElement?.id === 'say') {
      document.querySelector('.row[aria-current]')?.focus();
    } else {
      write.focus();
    }
  }

  byId('close-people').addEventListener('click', back);
  byId('skip').addEventListener('click', event => {
    event.preventDefault();
    write.focus();
  });
}
