import { byId } from '../element.js';
import { Refused, signIn } from '../session.js';
import { hueOf, initials } from '../words.js';

/** The first page: a name, and in. */
export function welcome(enter) {
  const form = byId('welcome-form');
  const field = byId('name');
  const problem = byId('name-problem');
  const face = byId('name-face');

  byId('welcome').hidden = false;
  field.focus();
  field.addEventListener('input', draw);
  draw();

  function draw() {
    const name = field.value.trim();
    face.textContent = name ? initials(name) : '';
    face.style.setProperty('--hue', hueOf(name));
    complain('');
  }

  function complain(words) {
    problem.textContent = words;
    field.setAttribute('aria-invalid', String(Boolean(words)));
  }

  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (!field.value.trim()) return complain('Say how the others may call you.');
    form.dataset.busy = 'true';
    try {
      await signIn(field.value);
      enter();
    } catch (error) {
      complain(error instanceof Refused ? error.message : 'The server cannot be reached now. Try again.');
      field.focus();
    }
    form.dataset.busy = 'false';
  });
}
