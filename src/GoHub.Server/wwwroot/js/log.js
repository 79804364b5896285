import { byId } from './element.js';
import { frameRow } from './frame-row.js';
import { closeWords, gapWords } from './words.js';

const keptFrames = 500;
// How far an acknowledged message has gone.
const levels = { bus: 'bus', local: 'local' };

/** Every frame of this tab, both ways; bounded, filtered, and never in the way of a flood. */
export function logPanel(hub) {
  const list = byId('log');
  const filter = byId('log-filter');
  const direction = byId('log-direction');
  const polls = byId('log-polls');
  const pause = byId('log-pause');
  let frames = [];
  let fresh = [];
  let paused = false;
  let missed = 0;
  let scheduled = false;

  hub.addEventListener('frame', ({ detail }) => record(read(detail)));
  hub.addEventListener('closed', ({ detail: { code, reason, opened } }) =>
    note(opened ? `Closed: ${closeWords(code, reason)}` : 'The connection was not opened'));
  hub.addEventListener('opened', () => note('Connected'));

  for (const control of [filter, direction, polls]) control.addEventListener('input', redraw);
  pause.addEventListener('click', () => {
    paused = !paused;
    missed = 0;
    pause.setAttribute('aria-pressed', String(paused));
    pause.textContent = paused ? 'Resume' : 'Pause';
    if (paused) say();
    else redraw();
  });
  byId('log-clear').addEventListener('click', () => {
    frames = [];
    missed = 0;
    redraw();
  });

  const note = text => record({ direction: 'note', type: '', text, brief: text, poll: false });

  function record(frame) {
    frame.at = Date.now();
    frames.push(frame);
    if (frames.length > keptFrames) drop();
    if (paused) {
      if (passes(frame)) missed++;
    } else {
      fresh.push(frame);
    }
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(flush);
  }

  // The page's own polls go first, so that they never push out what a person sent.
  function drop() {
    const poll = polls.checked ? -1 : frames.findIndex(frame => frame.poll);
    const [old] = frames.splice(Math.max(poll, 0), 1);
    if (!paused) old.node?.remove();
    old.gone = true;
  }

  function flush() {
    scheduled = false;
    if (!paused) {
      const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
      list.append(...fresh.filter(frame => !frame.gone && passes(frame)).map(draw));
      if (atEnd) list.scrollTop = list.scrollHeight;
      fresh = [];
    }
    say();
  }

  function redraw() {
    fresh = [];
    list.replaceChildren(...frames.filter(passes).map(draw));
    list.scrollTop = list.scrollHeight;
    say();
  }

  function draw(frame) {
    frame.node ??= frameRow(frame);
    return frame.node;
  }

  function passes(frame) {
    if (frame.poll && !polls.checked) return false;
    if (direction.value !== 'both' && frame.direction !== direction.value) return false;
    const words = filter.value.trim().toLowerCase();
    return !words || frame.type.toLowerCase().includes(words) || frame.text.toLowerCase().includes(words);
  }

  function hiddenWords(hidden) {
    const own = polls.checked ? 0 : frames.filter(frame => frame.poll).length;
    const filtered = hidden - own;
    return [filtered > 0 ? `${filtered} filtered out.` : '', own > 0 ? `${own} polls of this page not shown.` : ''].join(' ').trim();
  }

  function say() {
    const seen = list.childElementCount;
    byId('log-count').textContent = seen;
    byId('log-note').textContent = paused ? `Paused; ${missed} new.` : hiddenWords(frames.length - seen) || (seen ? '' : 'Every frame will show here.');
  }
}

function read({ direction, text, message, bytes, poll }) {
  if (bytes !== undefined) return { direction, type: 'binary', text: `${bytes} bytes`, brief: `${bytes} bytes`, poll: false };
  const value = message ?? envelope(text);
  const type = typeof value?.message_type === 'string' ? value.message_type : 'text';
  const kind = type === 'error' || type === 'gap' ? type : 'frame';
  const level = type === 'ack' ? levels[value.data?.level] : undefined;
  return { direction, type, text, brief: brief(kind, value, text), poll, kind, level };
}

function brief(kind, value, text) {
  if (kind === 'gap') return gapWords(value.data);
  return value?.data === undefined ? text : JSON.stringify(value.data);
}

function envelope(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
