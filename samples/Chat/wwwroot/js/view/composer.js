import { byId } from '../element.js';
import { nameOf } from '../words.js';

const longest = 2000; // UTF-16 units, as the server has it
const tellFrom = longest - 200;

/** Where one writes. Each thread keeps its own draft; Enter sends, Shift+Enter begins a line. */
export function composer(threads, outbox, typing) {
  const form = byId('say-form');
  const field = byId('say');
  const label = byId('say-label');
  const left = byId('say-left');
  let thread = null;

  field.maxLength = longest;

  form.addEventListener('submit', event => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text || !thread) return;
    outbox.say(thread, text);
    typing.done(thread);
    field.value = '';
    written();
    field.focus();
  });

  field.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });

  field.addEventListener('input', () => {
    written();
    if (field.value.trim()) typing.tell(thread);
  });

  function written() {
    if (thread) thread.draft = field.value;
    form.dataset.empty = String(!field.value.trim());
    left.hidden = field.value.length < tellFrom;
    left.textContent = `${longest - field.value.length} left`;
  }

  return {
    draw() {
      if (threads.current === thread) return;
      thread = threads.current;
      form.hidden = !thread;
      if (!thread) return;
      const words = thread.kind === 'room' ? `Message #${thread.target}` : `Message ${nameOf(thread.target)}`;
      label.textContent = words;
      field.placeholder = words;
      field.value = thread.draft;
      written();
    },
    focus: () => field.focus(),
  };
}
