import { byId } from '../element.js';

/** A field for the name of a room: entering one that is not there makes it. */
export function newRoom(rooms, go) {
  const opener = byId('new-room');
  const form = byId('new-room-form');
  const field = byId('new-room-name');

  function show(open) {
    form.hidden = !open;
    opener.setAttribute('aria-expanded', String(open));
    if (open) field.focus();
    else field.value = '';
  }

  opener.addEventListener('click', () => show(form.hidden));
  form.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    show(false);
    opener.focus();
  });
  form.addEventListener('submit', event => {
    event.preventDefault();
    const id = field.value.trim().replace(/^#+\s*/, '').replace(/\s+/g, '-').toLowerCase();
    if (!id) return;
    show(false);
    go(rooms.join(id));
  });
}
