import { element } from '../element.js';
import { hueOf, initials, nameOf } from '../words.js';

/** A person as a disc, a room as a tile; always in the same colour. */
export function avatar(userId, size = '') {
  const node = element('span', { class: `avatar ${size}`, 'aria-hidden': 'true' }, initials(nameOf(userId)));
  node.style.setProperty('--hue', hueOf(userId));
  return node;
}

export function tile(roomId, size = '') {
  const node = element('span', { class: `avatar tile ${size}`, 'aria-hidden': 'true' }, '#');
  node.style.setProperty('--hue', hueOf(roomId));
  return node;
}
