import { byId, isolated } from '../element.js';
import { signOut } from '../session.js';
import { nameOf } from '../words.js';
import { avatar } from './avatar.js';

const words = { connecting: 'Connecting …', waiting: 'No connection', stopped: 'Not connected', idle: '' };

/** Oneself, and how the connection is. */
export function meView(me, link, several) {
  byId('me-face').replaceChildren(avatar(me.userId));
  byId('me-name').replaceChildren(isolated(nameOf(me.userId)));
  byId('sign-out').addEventListener('click', () => {
    signOut();
    location.replace(location.pathname);
  });

  function draw({ state, node }) {
    byId('me').dataset.state = state;
    byId('me-state').textContent = state === 'connected' ? (several ? `Online on ${node.name}` : 'Online') : words[state];
  }

  link.onState(draw);
  draw(link.now);
}
