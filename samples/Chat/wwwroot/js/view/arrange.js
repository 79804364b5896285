import { element } from '../element.js';

/** Makes these nodes, in this order, the children of the parent; those that stay are not touched, so clicks and focus find them. */
export function arrange(parent, nodes) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const stays = new Set(nodes);
  for (const child of [...parent.children]) if (!stays.has(child)) child.remove();
  nodes.forEach((node, i) => {
    if (parent.children[i] !== node) parent.insertBefore(node, parent.children[i] ?? null);
  });
  // A node that was moved has lost it.
  if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
}

/**
 * Draws a list of `{ key, look, attributes, current, click, children }`: one control for each key, a button if it can be clicked,
 * filled anew when its `look` has changed.
 */
export function rows(list) {
  const known = new Map();

  return items => {
    const keys = new Set(items.map(item => item.key));
    for (const key of known.keys()) if (!keys.has(key)) known.delete(key);
    arrange(list, items.map(item => {
      const row = known.get(item.key) ?? made(item);
      known.set(item.key, row);
      row.click = item.click;
      if (item.current) row.control.setAttribute('aria-current', 'true');
      else row.control.removeAttribute('aria-current');
      if (row.look !== item.look) row.control.replaceChildren(...item.children().filter(Boolean));
      row.look = item.look;
      return row.node;
    }));
  };
}

function made({ click, attributes }) {
  const control = element(click ? 'button' : 'div', { type: click ? 'button' : null, ...attributes });
  const row = { node: element('li', {}, control), control };
  control.addEventListener('click', () => row.click?.());
  return row;
}
