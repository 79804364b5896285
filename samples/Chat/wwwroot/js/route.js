/**
 * Where the person is, in the address: `#/room/general`, `#/with/ada~x`, or one of these with `/people` behind it.
 * So the browser's back button works, and a reload comes back here.
 */
export function route(threads, open) {
  const panes = { list: '', talk: '', people: '/people' };

  function read() {
    const [, kind, target, rest] = location.hash.split('/');
    try {
      return { kind, target: decodeURIComponent(target ?? ''), people: rest === 'people' };
    } catch {
      return {}; // not an address of ours
    }
  }

  function show() {
    const { kind, target, people } = read();
    const thread = target && (kind === 'room' || kind === 'with') ? open(kind, target) : null;
    if (thread || isNarrow()) threads.open(thread);
    document.body.dataset.pane = !thread ? 'list' : people ? 'people' : 'talk';
    dispatchEvent(new CustomEvent('pane'));
  }

  addEventListener('hashchange', show);
  const addressOf = ({ kind, target }, pane) => `#/${kind}/${encodeURIComponent(target)}${panes[pane]}`;

  return {
    start: show,
    get pane() {
      return document.body.dataset.pane;
    },
    go: (thread, pane = 'talk') => {
      const address = addressOf(thread, pane);
      location.hash = address;
      // The event comes later, and is then about what is shown already.
      show();
    },
    toList() {
      if (location.hash) location.hash = '';
      show();
    },
  };
}

const narrow = matchMedia('(max-width: 719px)');

/** Whether one part of the page shows at a time. */
export const isNarrow = () => narrow.matches;

/** Whether the conversation itself is on the screen. */
export const isTalkShown = () => document.visibilityState === 'visible' && (!isNarrow() || document.body.dataset.pane === 'talk');
