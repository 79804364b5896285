import { byId, element, isolated, svg } from './element.js';

const shownRooms = 100;

/** The rooms card: join by name, the node's rooms with their member counts, create with options. */
export function roomsPanel(hub, threads, rooms) {
  const list = byId('rooms');
  const rows = new Map();
  let known = [];

  submit('join-form', () => rooms.join(byId('join-room').value.trim()));
  submit('create-form', async () => {
    await rooms.create(byId('create-id').value.trim(), byId('create-name').value.trim(), Number(byId('create-max').value));
    byId('create-id').value = byId('create-name').value = '';
  });
  submit('direct-form', () => {
    threads.open(threads.makeDirect(byId('direct-target').value.trim()));
    byId('direct-target').value = '';
  });

  threads.addEventListener('changed', draw);
  hub.addEventListener('state', ({ detail }) => {
    const off = detail.state !== 'connected';
    for (const id of ['join', 'create']) byId(id).disabled = off;
    if (off) {
      show([]);
      say('Connect to see the rooms.');
    }
  });
  hub.addEventListener('message', ({ detail: { message } }) => {
    if (message.message_type === 'rooms' && Array.isArray(message.data?.rooms)) show(message.data.rooms, message.data.missing?.length ?? 0);
  });

  function submit(form, act) {
    byId(form).addEventListener('submit', event => {
      event.preventDefault();
      if (hub.state === 'connected') act();
    });
  }

  function show(found, missing = 0) {
    known = [...found].sort((a, b) => (a.room_id < b.room_id ? -1 : 1));
    byId('rooms-count').textContent = known.length;
    const more = known.length - shownRooms;
    const silent = missing > 0 ? `${missing === 1 ? 'A node' : `${missing} nodes`} did not answer: rooms may be missing.` : '';
    say(silent || (known.length === 0 ? 'No rooms yet. Joining one makes it.' : more > 0 ? `and ${more} more` : ''));
    draw();
  }

  function say(text) {
    byId('rooms-hint').textContent = text;
  }

  // Rows are kept and updated, so that a poll never takes the focus from a button.
  function draw() {
    const shown = known.slice(0, shownRooms);
    const ids = new Set(shown.map(room => room.room_id));
    for (const [id, row] of rows) {
      if (ids.has(id)) continue;
      row.node.remove();
      rows.delete(id);
    }
    shown.forEach((room, index) => {
      if (!rows.has(room.room_id)) rows.set(room.room_id, roomRow(room.room_id));
      const row = rows.get(room.room_id);
      row.update(room);
      if (list.children[index] !== row.node) list.insertBefore(row.node, list.children[index] ?? null);
    });
  }

  function roomRow(id) {
    const more = element('span', { class: 'room-more', 'data-testid': 'room-more' });
    const enter = button('room-join', 'Join', () => rooms.join(id));
    const leave = button('room-leave', 'Leave', () => rooms.leave(id));
    const node = element('li', { class: 'room', 'data-testid': 'room-row', 'data-room': id },
      element('span', { class: 'room-label', title: id }, isolated(id, { class: 'room-id' }), more), enter, leave, deletion(id));

    function update(room) {
      const joined = Boolean(threads.room(id)?.joined);
      const count = room.max_clients > 0 ? `${room.members} of ${room.max_clients}` : `${room.members}`;
      const words = `${count} ${room.members === 1 && !room.max_clients ? 'member' : 'members'}`;
      more.textContent = room.name && room.name !== id ? `${room.name} · ${words}` : words;
      more.title = more.textContent;
      node.dataset.joined = joined;
      enter.textContent = joined ? 'Open' : 'Join';
      enter.setAttribute('aria-label', `${joined ? 'Open' : 'Join'} ${id}`);
      enter.classList.toggle('quiet', joined);
      leave.setAttribute('aria-label', `Leave ${id}`);
      leave.hidden = !joined;
    }
    return { node, update };
  }

  function button(testId, text, act) {
    const quiet = testId === 'room-leave' ? 'quiet' : '';
    return element('button', { type: 'button', class: quiet, 'data-testid': testId, on: { click: act } }, text);
  }

  // Deleting takes a second click on the same button; leaving it takes the question back.
  function deletion(id) {
    const bin = svg('svg', { class: 'bin', viewBox: '0 0 16 16', 'aria-hidden': 'true' },
      svg('path', { d: 'M2.5 4h11M6 4V2.5h4V4M4 4l.7 9.5h6.6L12 4M6.6 6.5v4.5M9.4 6.5v4.5' }));
    const node = element('button', { type: 'button', class: 'quiet room-delete', 'data-testid': 'room-delete', title: 'Delete room' }, bin);
    const ask = sure => {
      node.dataset.sure = sure;
      node.replaceChildren(sure ? 'Delete?' : bin);
      node.setAttribute('aria-label', sure ? `Really delete ${id}?` : `Delete ${id}`);
    };
    node.addEventListener('click', () => {
      if (node.dataset.sure === 'true') rooms.remove(id);
      ask(node.dataset.sure !== 'true');
    });
    node.addEventListener('blur', () => ask(false));
    ask(false);
    return node;
  }

  draw();
  return { say };
}
