import { byId, element } from '../element.js';
import { isPending } from '../threads.js';
import { counted, dayOf, dayWords, nameOf } from '../words.js';
import { arrange } from './arrange.js';
import { line } from './line.js';

const together = 5 * 60_000; // ms: a pause that begins a new run of messages
const near = 60; // px from the end that count as at the end

/** The messages of the open thread, as they come; scrolled along as long as the reader is at the end. */
export function logView(threads, { address, again }) {
  const frame = byId('frame');
  const jump = byId('jump');
  let thread = null;
  let log;
  let rows = new Map();
  let missed = 0;
  let atEnd = true;

  const toEnd = () => (log.scrollTop = log.scrollHeight);

  // A fresh element for each thread: a screen reader reads what is added to it, not what it begins with.
  function open(next) {
    thread = next;
    rows = new Map();
    log?.remove();
    log = element('div', { class: 'log', id: 'log', role: 'log', 'aria-label': 'Messages', tabindex: 0, 'data-testid': 'log', on: { scroll: scrolled } });
    frame.prepend(log);
    sizes.disconnect();
    sizes.observe(log);
    atEnd = true;
    missed = 0;
  }

  const sizes = new ResizeObserver(() => atEnd && toEnd());

  function scrolled() {
    atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < near;
    if (atEnd) missed = 0;
    sayMissed();
  }

  function sayMissed() {
    jump.hidden = atEnd || !thread?.messages.length;
    jump.lastElementChild.textContent = missed ? counted(missed, 'new message') : 'To the newest';
  }

  jump.addEventListener('click', () => {
    toEnd();
    log.focus({ preventScroll: true });
  });

  /** What belongs into the log, in order: `[key, makes the row, what the row is told]`. */
  function* wanted() {
    const { messages, since } = thread;
    if (!messages.length) yield ['empty', () => empty(thread)];
    let day;
    let divided = since === null;
    for (const [i, message] of messages.entries()) {
      const before = messages[i - 1];
      const after = messages[i + 1];
      const newDay = dayOf(message.at) !== day;
      const divides = !divided && !message.mine && !isPending(message) && message.at > since;
      day = dayOf(message.at);
      if (newDay) yield [`day ${day}`, () => separator('day', dayWords(message.at))];
      if (divides) yield ['new', () => separator('new', 'New')];
      divided ||= divides;
      const first = newDay || divides || !follows(before, message);
      yield [message.id, () => line(message, { address: () => address(message.by), again: () => again(thread, message) }), { first, last: !after || !follows(message, after) }];
    }
  }

  function draw() {
    if (threads.current !== thread) open(threads.current);
    if (!thread) return;
    const drawn = new Map();
    let added = 0;
    let ownAdded = false;
    for (const [key, make, about] of wanted()) {
      const row = rows.get(key) ?? make();
      row.update?.(about);
      drawn.set(key, row);
      if (!rows.has(key) && about) {
        added++;
        ownAdded ||= row.node.dataset.mine === 'true';
      }
    }
    rows = drawn;
    arrange(log, [...drawn.values()].map(row => row.node));
    if (atEnd || ownAdded) toEnd();
    else missed += added;
    sayMissed();
  }

  return { draw };
}

const follows = (before, message) => before && before.by === message.by && message.at - before.at < together && dayOf(before.at) === dayOf(message.at);

const separator = (kind, words) => ({ node: element('div', { class: `separator ${kind}`, 'data-testid': kind }, element('span', {}, words)) });

function empty(thread) {
  const words = thread.kind === 'room'
    ? ['Nobody has said anything yet.', 'Say hello: everybody in this room will read it.']
    : [`You and ${nameOf(thread.target)}.`, 'Only the two of you see what is written here.'];
  const mark = document.querySelector('.brand svg').cloneNode(true);
  return { node: element('div', { class: 'empty', 'data-testid': 'empty' }, mark, element('p', { class: 'empty-title' }, element('bdi', {}, words[0])), element('p', {}, words[1])) };
}
