import { element } from './element.js';

const briefLength = 160;
const says = { in: 'received', out: 'sent', note: 'note' };
// Marks that turn the writing direction around could make a frame read as what it is not.
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** One frame of the log; a click opens its JSON. */
export function frameRow(frame) {
  const isNote = frame.direction === 'note';
  const time = element('time', { class: 'frame-time' }, clock(frame.at));
  const line = element('button', { type: 'button', class: 'frame-line', 'data-testid': 'frame-line', disabled: isNote },
    element('span', { class: 'arrow' }, element('span', { class: 'sr' }, says[frame.direction])),
    isNote ? null : element('span', { class: 'frame-type', 'data-testid': 'frame-type', title: frame.type }, visible(frame.type)),
    element('span', { class: 'frame-brief' }, frame.level ? level(frame.level) : null, visible(frame.brief.slice(0, briefLength))),
    time);
  const node = element('li', {
    class: 'frame',
    'data-testid': 'frame',
    'data-direction': frame.direction,
    'data-kind': frame.kind ?? 'frame',
  }, line);

  if (!isNote) {
    line.setAttribute('aria-expanded', 'false');
    line.addEventListener('click', () => toggle(node, line, frame.text));
  }
  return node;
}

function level(name) {
  const about = { bus: 'The bus took it for the other nodes', local: 'Only this node has it: the bus is down or busy' };
  return element('span', { class: 'frame-level', 'data-testid': 'frame-level', 'data-level': name, title: about[name] }, name);
}

function toggle(node, line, text) {
  const open = line.getAttribute('aria-expanded') === 'true';
  line.setAttribute('aria-expanded', String(!open));
  if (open) node.lastElementChild.remove();
  else node.append(element('pre', { class: 'frame-json', 'data-testid': 'frame-json', tabindex: '0' }, visible(pretty(text))));
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function visible(text) {
  return text.replace(turning, mark => `\\u${mark.codePointAt(0).toString(16).padStart(4, '0')}`);
}

function clock(at) {
  const time = new Date(at);
  const two = number => String(number).padStart(2, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}
