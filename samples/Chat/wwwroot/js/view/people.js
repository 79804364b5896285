import { byId, element, isolated } from '../element.js';
import { counted, markOf, nameOf } from '../words.js';
import { rows } from './arrange.js';
import { avatar } from './avatar.js';

/** Who is here, each person once, with a way to write to them. */
export function peopleView(threads, presence, me, write) {
  const draw = rows(byId('people-list'));

  function people(thread) {
    if (thread.kind === 'room') return presence.people(thread);
    return [me.userId, thread.target].map(userId => ({ userId, clients: [] }));
  }

  function row({ userId, clients }, alike) {
    const isMe = userId === me.userId;
    const notes = [isMe && 'you', clients.length > 1 && counted(clients.length, 'tab'), alike && markOf(userId)].filter(Boolean).join(' · ');
    return {
      key: userId,
      look: notes,
      attributes: { class: 'person', 'data-testid': 'person', 'data-user': userId, title: isMe ? null : `Write to ${nameOf(userId)}` },
      click: isMe ? undefined : () => write(userId),
      children: () => [
        avatar(userId),
        element('span', { class: 'person-words' },
          isolated(nameOf(userId), { class: 'person-name', 'data-testid': 'person-name' }),
          notes && element('span', { class: 'person-note', 'data-testid': 'person-note' }, notes)),
      ],
    };
  }

  return {
    draw() {
      const thread = threads.current;
      if (!thread) return draw([]);
      const all = people(thread);
      const names = all.map(person => nameOf(person.userId));
      byId('people').dataset.stale = String(presence.isStale);
      byId('people-title').firstElementChild.textContent = thread.kind === 'room' ? 'Here now' : 'In this conversation';
      byId('people-number').textContent = all.length;
      // Two of one name are told apart by what makes their ids different.
      draw(all.map((person, i) => row(person, names.some((name, j) => i !== j && name === names[i]))));
    },
  };
}
