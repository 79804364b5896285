import { byId, element, isolated } from './element.js';
import { face, shortName } from './identity.js';

const shownMembers = 60;

/** Who is in the open room; a click writes to them. */
export function memberStrip(hub, threads) {
  const strip = byId('members');
  let shown = '';
  threads.addEventListener('changed', draw);

  function draw() {
    const thread = threads.current;
    const members = thread?.kind === 'room' ? thread.members : [];
    const now = JSON.stringify([thread?.key, hub.clientId, members]);
    if (now === shown) return;
    shown = now;
    const held = strip.contains(document.activeElement) ? document.activeElement.dataset.client : null;
    strip.replaceChildren(...members.slice(0, shownMembers).map(chip));
    if (members.length > shownMembers) strip.append(element('li', { class: 'hint' }, `and ${members.length - shownMembers} more`));
    if (held) [...strip.querySelectorAll('button')].find(node => node.dataset.client === held)?.focus();
  }

  function chip({ client_id: id, user_id: user }) {
    const you = id === hub.clientId;
    const shownName = user || shortName(id);
    return element('li', {}, element('button', {
      type: 'button',
      class: 'member',
      disabled: you,
      title: user ? `${user}, connection ${id}` : id,
      'aria-label': you ? `you, ${shownName}` : `Write to ${shownName}`,
      'data-testid': 'member',
      'data-client': id,
      on: { click: () => threads.open(threads.makeDirect(user || id, id)) },
    }, face(id), isolated(you ? `you · ${shownName}` : shownName)));
  }
}
