import { byId, element, icon, isolated } from '../element.js';
import { counted, nameOf, whenWords } from '../words.js';
import { rows } from './arrange.js';
import { avatar, tile } from './avatar.js';

const plus = 'M10 5v10M5 10h10';

/** The conversations: rooms, people, and rooms one is not in. */
export function sidebar(threads, rooms, directs, presence, go) {
  const drawRooms = rows(byId('rooms'));
  const drawPeople = rows(byId('directs'));
  const drawOthers = rows(byId('others'));

  function row(thread) {
    const isRoom = thread.kind === 'room';
    const last = thread.messages.at(-1);
    const unread = threads.unread(thread);
    const here = !isRoom && presence.isHere(thread.target);
    return {
      key: thread.key,
      look: JSON.stringify([last?.id, last?.at, unread, here, thread.draft]),
      current: threads.current === thread,
      attributes: { class: 'row', 'data-testid': 'thread', 'data-thread': thread.key },
      click: () => go(thread),
      children: () => [
        isRoom ? tile(thread.target) : avatar(thread.target, here ? 'here' : ''),
        element('span', { class: 'row-words' },
          element('span', { class: 'row-top' }, isolated(isRoom ? thread.target : nameOf(thread.target), { class: 'row-name' }), last && element('time', { class: 'row-time' }, whenWords(last.at))),
          element('span', { class: 'row-bottom' }, preview(thread, last), unread > 0 && badge(unread))),
      ],
    };
  }

  const other = ({ id, members }) => ({
    key: id,
    look: String(members),
    attributes: { class: 'row other', 'data-testid': 'other-room', 'data-room': id },
    click: () => go(rooms.join(id)),
    children: () => [
      tile(id, 'small'),
      isolated(id, { class: 'row-name' }),
      element('span', { class: 'row-time' }, counted(members, 'tab')),
      icon(plus),
      element('span', { class: 'sr' }, ', enter'),
    ],
  });

  byId('side').addEventListener('keydown', event => {
    const step = !event.altKey && { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches('.row')) return;
    const all = [...byId('side').querySelectorAll('.row')];
    event.preventDefault();
    all[all.indexOf(event.target) + step]?.focus();
  });

  return {
    draw() {
      drawRooms(rooms.mine().map(row));
      drawPeople(directs.mine().map(row));
      drawOthers(rooms.others().map(other));
      byId('directs-hint').hidden = directs.mine().length > 0;
      byId('others-part').hidden = rooms.others().length === 0;
    },
  };
}

function preview(thread, last) {
  if (thread.draft) return element('span', { class: 'row-last' }, element('em', {}, 'Draft: '), isolated(thread.draft.slice(0, 80)));
  if (!last) return element('span', { class: 'row-last' }, thread.kind === 'room' ? 'Nothing said yet' : 'Nothing written yet');
  const by = last.mine ? 'You: ' : thread.kind === 'room' ? `${nameOf(last.by)}: ` : '';
  return element('span', { class: 'row-last' }, isolated(by), isolated(last.text.slice(0, 80)));
}

const badge = count => element('span', { class: 'badge', 'data-testid': 'unread' }, count > 99 ? '99+' : String(count), element('span', { class: 'sr' }, ' unread'));
