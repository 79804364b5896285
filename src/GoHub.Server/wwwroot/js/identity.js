import { svg } from './element.js';

/** Connection ids are 32 characters that may begin alike on one node: the last six tell people apart, the title has all. */
export function shortName(id) {
  return /^[\w-]{24,}$/.test(id) ? `…${id.slice(-6)}` : id;
}

/** A small symmetrical face drawn from the id. */
export function face(id) {
  const bits = hash(id);
  const cells = [];
  for (let row = 0; row < 5; row++) {
    for (let column = 0; column < 3; column++) {
      if ((bits >>> (row * 3 + column)) & 1) {
        cells.push(`M${column + 2.5} ${row + 2.5}h1v1h-1z`);
        if (column < 2) cells.push(`M${6.5 - column} ${row + 2.5}h1v1h-1z`);
      }
    }
  }
  const picture = svg('svg', { viewBox: '0 0 10 10', class: 'face', 'aria-hidden': 'true' }, svg('path', { d: cells.join('') }));
  picture.style.setProperty('--hue', (bits >>> 16) % 360);
  return picture;
}

// FNV-1a, 32 bits.
function hash(text) {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return value >>> 0;
}

/** The node a connection is on: its id begins with eight bytes of it. Null if there is none. */
export function nodeOf(clientId) {
  if (!/^[\w-]{32}$/.test(clientId ?? '')) return null;
  const bytes = atob(clientId.slice(0, 12).replace(/-/g, '+').replace(/_/g, '/'));
  return [...bytes.slice(0, 8)].map(byte => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}
